/** What several operations ask of a policy or of the organization before they go on. */
import { PolicyTypeNotAvailableForOrganizationException$ } from '@aws-sdk/client-organizations';
import { AwsError } from '@holdfast/wire';
import type { Organization } from '../../store/organizations.ts';
import type { StoredPolicy } from '../../store/organizations-policies.ts';
import { invalidInput } from './errors.ts';

/** @throws InvalidInputException (IMMUTABLE_POLICY) */
export function needMutable({ awsManaged }: StoredPolicy): void {
  if (awsManaged) throw invalidInput('IMMUTABLE_POLICY', 'Policies that AWS manages cannot be changed or deleted.');
}

/** @throws where only consolidated billing is on: there are no policies then */
export function needPolicyTypes({ featureSet }: Organization): void {
  if (featureSet !== 'ALL') {
    throw new AwsError(
      PolicyTypeNotAvailableForOrganizationException$,
      'Policies need an organization with all features enabled.',
    );
  }
}
