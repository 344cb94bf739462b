/** What came of a case. */
import type { Difference } from './cases.ts';

export type Outcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly difference: Difference }
  | { readonly kind: 'skipped'; readonly why: string };

export function told(difference: Difference | undefined): Outcome {
  return difference ? failed(difference) : { kind: 'passed' };
}

export function failed(difference: Difference): Outcome {
  return { kind: 'failed', difference };
}
