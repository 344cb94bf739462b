/** What handshakes tell their parties. Source: organizations spec 9 (Resources). */
import { present } from '@holdfast/kernel';
import { findAccount } from '../../store/account.ts';
import type { Queryable } from '../../store/database.ts';
import type { HandshakeFact } from '../../store/handshakes.ts';
import type { Organization } from '../../store/organizations.ts';

/** The organization that sends it, as it is now. */
export async function factsOfSender(db: Queryable, organization: Organization): Promise<HandshakeFact> {
  const { id, managementAccountId, featureSet } = organization;
  const management = present(await findAccount(db, managementAccountId), 'management account');
  return {
    type: 'ORGANIZATION',
    value: id,
    facts: [
      { type: 'MASTER_EMAIL', value: management.email },
      { type: 'MASTER_NAME', value: management.name },
      { type: 'ORGANIZATION_FEATURE_SET', value: featureSet },
    ],
  };
}
