/** What our own checks answer with: one broken rule at one place. */

export interface Finding {
  /** From the repository's root. */
  readonly file: string;
  /** Counted from 1; absent when the whole file is meant. */
  readonly line?: number;
  readonly rule: string;
  readonly message: string;
}

/** One line per finding, in the form that terminals and editors make clickable. */
export function printed(findings: readonly Finding[]): string {
  return findings.map(({ file, line, rule, message }) => `${file}:${line ?? 1} ${rule}: ${message}`).join('\n');
}
