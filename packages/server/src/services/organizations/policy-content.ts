/**
 * Whether a policy's content may be stored: size, then content. Of service and resource control policies what the
 * evaluator does not understand is refused: it could not be obeyed.
 * Source: organizations spec 5.8, 11, Q16; recorded rules A.1.
 */
import { MalformedPolicyDocumentException$ } from '@aws-sdk/client-organizations';
import { admit, MALFORMED_POLICY_MESSAGE, type PolicyType } from '@holdfast/policy';
import { AwsError } from '@holdfast/wire';
import { problemOfPolicy } from '../../authorization/policy-document.ts';
import { problemOfResourceControl } from '../../authorization/resource-control.ts';
import type { Call } from '../operation.ts';
import { constraintViolation } from './errors.ts';

/** The installation's own regions count as regions beside AWS's. */
export function needAdmissible(type: PolicyType, content: string, { now, installation }: Call): void {
  const moreRegions = new Set(installation.settings.regions.map((region) => region.name));
  const admission = admit(type, content, now, { moreRegions });
  switch (admission.verdict) {
    case 'admitted':
      if (isUnderstood(type, content)) return;
      throw new AwsError(MalformedPolicyDocumentException$, MALFORMED_POLICY_MESSAGE);
    case 'too-long':
      throw constraintViolation(
        'POLICY_CONTENT_LIMIT_EXCEEDED',
        `The policy has ${admission.length} characters; policies of this type can have ${admission.lengthMax}.`,
      );
    case 'malformed':
      throw new AwsError(MalformedPolicyDocumentException$, MALFORMED_POLICY_MESSAGE);
  }
}

function isUnderstood(type: PolicyType, content: string): boolean {
  if (type === 'SERVICE_CONTROL_POLICY') return problemOfPolicy(content, 'identity') === undefined;
  if (type === 'RESOURCE_CONTROL_POLICY') return problemOfResourceControl(content) === undefined;
  return true;
}
