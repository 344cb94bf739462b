/** The answer of Holdfast's ExplainAccess, read once from what the server sends. */
import { Failure } from '../output/failure.ts';

export interface Origin {
  readonly layer: string;
  readonly policy: string;
  readonly name?: string;
  readonly on: string;
}

export type Miss =
  | { readonly element: 'Action' | 'Principal' | 'Resource'; readonly written: unknown }
  | {
      readonly element: 'Condition';
      readonly operator: string;
      readonly key: string;
      readonly wanted: readonly string[];
      readonly actual?: readonly string[];
    };

export interface Finding {
  readonly origin: Origin;
  readonly statement: number;
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
  readonly misses: readonly Miss[];
}

export interface AccessExplanation {
  readonly decision: 'ALLOWED' | 'DENIED';
  readonly because?: string;
  readonly principalArn: string;
  readonly action: string;
  readonly resource: string;
  readonly decidedBy: readonly Finding[];
  readonly nearest: readonly Finding[];
  readonly missingAt?: string;
  readonly notes: readonly string[];
}

/** @throws Failure for the answer of a server that is no such server */
export function readExplanation(answer: unknown): AccessExplanation {
  const { Decision, Because, Explanation } = answer as Readonly<Record<string, unknown>>;
  if ((Decision !== 'ALLOWED' && Decision !== 'DENIED') || typeof Explanation !== 'string') {
    throw new Failure('The server does not answer as a Holdfast server does.', {
      advice: 'Is it older than this command? Update it.',
    });
  }
  const explanation = JSON.parse(Explanation) as Omit<AccessExplanation, 'decision' | 'because'>;
  return { decision: Decision, ...(typeof Because === 'string' && { because: Because }), ...explanation };
}
