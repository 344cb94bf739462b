/**
 * Reads a stored policy for merging. What was admitted once is not judged again: schedules age, rules of admission
 * change.
 * Source: recorded rules A.1.4.
 */
import type { PolicyDocument } from './policy-document.ts';
import { readDocument } from './read-document.ts';

/** Undefined if the text does not even follow the grammar that all types share; then it was never admitted. */
export function parsePolicy(text: string): PolicyDocument | undefined {
  const { document, findings } = readDocument(text);
  return findings.length === 0 ? document : undefined;
}
