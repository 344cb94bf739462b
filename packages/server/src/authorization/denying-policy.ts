/**
 * Which policy it was that denied: its ARN, for the answer. Looked for after a refusal only.
 *
 * Inline policies have none, and what binds another organization's resources is not told.
 * Source: AWS Security Blog, "Enhanced access denied error messages with policy ARNs".
 */
import type { ControlLevel, Place } from '../store/account-place.ts';
import type { PolicyInForce, Standing } from '../store/identity-standing.ts';
import { type Compile, compileControl } from './compiler.ts';
import type { Outcome } from './evaluate.ts';
import { compileOne } from './policies-in-force.ts';

type Denial = Extract<Outcome, { kind: 'explicitly-denied' }>;

/** @param owner the place of the resource's owner, where it was read */
export function arnOfDenying(
  { layer, policy }: Denial,
  standing: Standing,
  owner: Place | undefined,
  compile: Compile,
): string | undefined {
  const among = (policies: readonly PolicyInForce[]): string | undefined => {
    const found = policies.find((one) => compileOne(one, compile) === policy);
    return found && ('document' in found ? found.arn : found.awsManagedArn);
  };
  const above = (place: Place | undefined, kind: 'service' | 'resource'): string | undefined => {
    const organization = place?.membership?.organization;
    if (!organization || organization.id !== standing.membership?.organization.id) return undefined;
    const id = (place.controls[kind] ?? []).map((level) => idIn(level, kind)).find((each) => each !== undefined);
    const type = `${kind}_control_policy`;
    return id && `arn:aws:organizations::${organization.managementAccountId}:policy/${organization.id}/${type}/${id}`;
  };
  const idIn = ({ documents, policyIds }: ControlLevel, kind: 'service' | 'resource'): string | undefined =>
    policyIds[documents.findIndex((document) => compileControl(compile, document, kind) === policy)];
  switch (layer) {
    case 'identity':
      return among(standing.policies);
    case 'boundary':
      return among(standing.boundary ? [standing.boundary] : []);
    case 'session':
      return among(standing.sessionPolicies);
    case 'service-control':
      return above(standing, 'service');
    case 'resource-control':
      return above(owner, 'resource');
    case 'resource':
    case 'trust':
      return undefined;
  }
}
