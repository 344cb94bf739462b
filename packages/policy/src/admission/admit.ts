/**
 * Whether AWS would take a policy's content in CreatePolicy or UpdatePolicy, and what is wrong with it if not.
 *
 * The verdict is AWS's; the diagnostics are ours, since AWS only says that the document is malformed.
 * Not here: names, tags, numbers of policies (the Organizations service).
 * Source: organizations spec 5.8, Q16 (size before content); recorded rules A and B.
 */
import type { Instant } from '@holdfast/kernel';
import { type Diagnostic, diagnosticsOf } from '../document/diagnostic.ts';
import type { PolicyDocument } from '../document/policy-document.ts';
import { readDocument } from '../document/read-document.ts';
import { isManagementPolicyType, type ManagementPolicyType, POLICY_TYPES, type PolicyType } from '../policy-types.ts';
import { checkSchema } from '../schema/check-schema.ts';
import { POLICY_SCHEMAS } from '../schema/policy-schemas.ts';
import { AWS_REGIONS } from '../schema/regions.ts';
import { checkAuthorizationPolicy } from './authorization-policy.ts';

export type Admission = Readonly<
  /** `document` is there for management policies. */
  | { verdict: 'admitted'; document: PolicyDocument | undefined }
  /** ConstraintViolationException, reason POLICY_CONTENT_LIMIT_EXCEEDED. */
  | { verdict: 'too-long'; length: number; lengthMax: number }
  /** MalformedPolicyDocumentException with `MALFORMED_POLICY_MESSAGE`. */
  | { verdict: 'malformed'; diagnostics: readonly Diagnostic[] }
>;

/** AWS's text, the same for every fault (recorded rules A.1.1). */
export const MALFORMED_POLICY_MESSAGE =
  'The provided policy document does not meet the requirements of the specified policy type.';

export interface AdmissionOptions {
  /** Regions beyond those of AWS that policies may name. Default: none. */
  readonly moreRegions?: ReadonlySet<string>;
}

/**
 * `now` is the time of the request: schedules are judged by their next two runs after it, so the same content may be
 * refused a minute later. Never throws, whatever the text.
 */
export function admit(type: PolicyType, text: string, now: Instant, options: AdmissionOptions = {}): Admission {
  const lengthMax = POLICY_TYPES[type].contentMax;
  if (text.length > lengthMax) return { verdict: 'too-long', length: text.length, lengthMax };
  if (!isManagementPolicyType(type)) {
    const diagnostics = checkAuthorizationPolicy(text);
    return diagnostics.length > 0
      ? { verdict: 'malformed', diagnostics }
      : { verdict: 'admitted', document: undefined };
  }
  const { document, diagnostics } = checkPolicy(type, text, now, options);
  return diagnostics.length > 0 ? { verdict: 'malformed', diagnostics } : { verdict: 'admitted', document };
}

export interface CheckedPolicy {
  /** What could be understood, for tools that go on in spite of faults; whole without diagnostics. */
  readonly document: PolicyDocument | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Grammar and schema of a management policy, without the limit on its size. */
export function checkPolicy(
  type: ManagementPolicyType,
  text: string,
  now: Instant,
  { moreRegions }: AdmissionOptions = {},
): CheckedPolicy {
  const { document, findings, positionOf } = readDocument(text);
  const isRegion = (name: string) => AWS_REGIONS.has(name) || moreRegions?.has(name) === true;
  const misfits = document ? checkSchema(document.root, POLICY_SCHEMAS[type], { now, isRegion }) : [];
  return { document, diagnostics: diagnosticsOf([...findings, ...misfits], positionOf) };
}
