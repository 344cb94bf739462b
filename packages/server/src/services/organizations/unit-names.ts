/** Siblings have different names, letter case counting. The organization must be locked. */
import { DuplicateOrganizationalUnitException$ } from '@aws-sdk/client-organizations';
import { AwsError } from '@holdfast/wire';
import { unitByName } from '../../store/organizations-tree.ts';
import type { Call } from '../operation.ts';

/** `own` is the unit that is being renamed. */
export async function needFreeName({ tx }: Call, parentId: string, name: string, own?: string): Promise<void> {
  const sibling = await unitByName(tx, parentId, name);
  if (sibling && sibling.id !== own) {
    throw new AwsError(
      DuplicateOrganizationalUnitException$,
      'An organizational unit with the same name already exists under this parent.',
    );
  }
}
