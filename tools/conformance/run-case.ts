/**
 * Runs one case against the policy engine and says how the answer differs from AWS's.
 */
import {
  type Admission,
  admit,
  type EffectiveError,
  effectivePolicy,
  MALFORMED_POLICY_MESSAGE,
  mergeLevels,
  parsePolicy,
  publish,
} from '@holdfast/policy';
import type { AdmissionCase, CaseError, EffectiveCase } from './read-cases.ts';

export interface Difference {
  readonly expected: unknown;
  readonly actual: unknown;
  /** What the engine says of the content; helps to see why. */
  readonly hint?: unknown;
}

/** Undefined if the engine answers as AWS did. */
export function runCase(one: AdmissionCase | EffectiveCase): Difference | undefined {
  return one.kind === 'admission' ? runAdmission(one) : runEffective(one);
}

function runAdmission({ type, content, now, expect }: AdmissionCase): Difference | undefined {
  const admission = admit(type, content, now);
  const answer = answerOf(admission);
  const actual = Object.fromEntries(Object.keys(expect).map((key) => [key, answer[key as keyof typeof answer]]));
  if (same(actual, expect)) return undefined;
  return { expected: expect, actual, ...(admission.verdict === 'malformed' ? { hint: admission.diagnostics } : {}) };
}

/** The verdict in AWS's words. */
function answerOf(admission: Admission): AdmissionCase['expect'] {
  switch (admission.verdict) {
    case 'admitted':
      return { code: 'Success' };
    case 'too-long':
      return { code: 'ConstraintViolationException', reason: 'POLICY_CONTENT_LIMIT_EXCEEDED' };
    case 'malformed':
      return { code: 'MalformedPolicyDocumentException', message: MALFORMED_POLICY_MESSAGE };
  }
}

function runEffective({ type, levels, previousEffective, now, expect }: EffectiveCase): Difference | undefined {
  const state = mergeLevels(
    levels.map(({ at, policies }) => ({
      nodeId: at,
      policies: policies.map(({ name, content }) => ({ id: name, document: documentOf(name, content) })),
    })),
  );
  const policy = effectivePolicy(type, state, now);
  const actual = {
    effective: JSON.parse(publish(previousEffective, policy).content) as unknown,
    errors: asSet(policy.errors.map(inAwsNames)),
  };
  const expected = {
    effective: expect.effective ?? actual.effective,
    errors: expect.errors ? asSet(expect.errors) : actual.errors,
  };
  return same(actual, expected) ? undefined : { expected, actual };
}

function documentOf(name: string, content: string) {
  const document = parsePolicy(content);
  if (!document) throw new Error(`${name} does not follow the grammar of management policies`);
  return document;
}

function inAwsNames({ code, message, path, contributingPolicies }: EffectiveError): CaseError {
  return { ErrorCode: code, ErrorMessage: message, PathToError: path, ContributingPolicies: contributingPolicies };
}

/** AWS lists errors and contributors in varying order: both are compared as sets. */
function asSet(errors: readonly CaseError[]): readonly CaseError[] {
  return errors
    .map((error) => ({ ...error, ContributingPolicies: error.ContributingPolicies.toSorted() }))
    .toSorted((a, b) => compare(canonical(a), canonical(b)));
}

function same(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

/** The same text for the same structure: keys sorted, lists as they are. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  const entries = Object.entries(value).toSorted(([a], [b]) => compare(a, b));
  return `{${entries.map(([key, child]) => `${JSON.stringify(key)}:${canonical(child)}`).join(',')}}`;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
