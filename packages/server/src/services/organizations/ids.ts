/**
 * New identifiers, in the lengths that AWS generates.
 * Source: organizations spec 1.
 */
import { type Random, randomText } from '@holdfast/kernel';

export const newOrganizationId = (random: Random): string => `o-${randomText(random, 10)}`;
export const newRootId = (random: Random): string => `r-${randomText(random, 4)}`;
/** Ten characters: the id's pattern asks for eight, the ARN's for ten. */
export const newPolicyId = (random: Random): string => `p-${randomText(random, 10)}`;
export const newResourcePolicyId = (random: Random): string => `rp-${randomText(random, 8)}`;
export const newHandshakeId = (random: Random): string => `h-${randomText(random, 32)}`;
export const newCreateAccountRequestId = (random: Random): string => `car-${randomText(random, 32)}`;

/** A unit's id carries its root's. */
export function newUnitId(random: Random, rootId: string): string {
  return `ou-${rootId.slice('r-'.length)}-${randomText(random, 8)}`;
}
