/**
 * What a lint found.
 */
import type { LintId, Severity } from './lints.ts';

export interface LintFinding {
  /** Of the lint, or `admission/CODE` for what AWS refuses. */
  readonly id: LintId | `admission/${string}`;
  readonly severity: Severity;
  readonly message: string;
  readonly suggestion?: string;
  /** The policy at fault; absent if no single one is. */
  readonly policyId?: string;
  /** The root, unit or account that it is about. */
  readonly nodeId?: string;
  /** The accounts whose effective policy shows it. */
  readonly accountIds?: readonly string[];
  /** Keys of the document; as written where line and column are given, else of the effective document. */
  readonly path: readonly string[];
  readonly line?: number;
  readonly column?: number;
}
