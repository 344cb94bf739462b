/**
 * The way from consolidated billing to all features: one handshake for the organization, below it one for each member
 * whose approval it takes.
 * Source: organizations spec 9.
 */
import type { Instant } from '@holdfast/kernel';
import type { Tx } from '../../store/database.ts';
import { childrenOf, openHandshake, pendingHandshakes } from '../../store/handshakes.ts';
import type { Organization } from '../../store/organizations.ts';
import { membersByIds } from '../../store/organizations-tree.ts';

/**
 * Opens the organization's handshake when no member's approval is outstanding: each has approved or is a member no
 * more. A declined approval stays outstanding; it takes another start. The organization must be locked.
 */
export async function settleAllFeatures(tx: Tx, { id }: Organization, now: Instant): Promise<void> {
  for (const handshake of await pendingHandshakes(tx, id, 'ENABLE_ALL_FEATURES', now)) {
    const unapproved = (await childrenOf(tx, handshake.id, now)).filter(({ state }) => state !== 'ACCEPTED');
    const accountIds = unapproved.flatMap(({ accountId }) => accountId ?? []);
    if ((await membersByIds(tx, id, accountIds)).length === 0) await openHandshake(tx, handshake.id);
  }
}
