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
import type { AdmissionCase, CaseError, Difference, EffectiveCase, EngineCase, ExpectedAnswer } from './cases.ts';
import { asSet, same } from './compare.ts';

/** Undefined if the engine answers as AWS did. */
export function runOnEngine(one: EngineCase): Difference | undefined {
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
function answerOf(admission: Admission): ExpectedAnswer {
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
