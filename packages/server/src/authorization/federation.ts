/**
 * Whether somebody whom an identity provider vouches for may take a role: the trust policy must let them in by name of
 * the provider, and nothing above the role's account may forbid it.
 *
 * They are in no organization, so that no service control policy binds them; resource control policies do.
 */
import type { Instant } from '@holdfast/kernel';
import { placeOfAccount } from '../store/account-place.ts';
import type { Queryable } from '../store/database.ts';
import { roleArn } from '../store/identity-ids.ts';
import type { RoleRow } from '../store/identity-roles.ts';
import type { ConditionContext, Federated } from './authorizer.ts';
import type { Compile } from './compiler.ts';
import { contextOfIdentityTags, contextOfOwner, contextOfTime, lookupIn } from './context.ts';
import { trusts } from './evaluate.ts';
import { resourceControlOf } from './policies-in-force.ts';

export async function mayFederate(
  db: Queryable,
  role: RoleRow,
  { providerArn, actions, context }: Federated,
  now: Instant,
  compile: Compile,
): Promise<boolean> {
  const resource = roleArn(role);
  const place = await placeOfAccount(db, role.account_id);
  const trust = compile(role.trust_policy, 'trust');
  const known: ConditionContext = {
    ...contextOfTime(now),
    ...contextOfOwner(role.account_id, place),
    ...contextOfIdentityTags(role.tags),
    'aws:federatedprovider': [providerArn],
    'aws:principalisawsservice': ['false'],
  };
  return actions.every((action) =>
    trusts(trust, resourceControlOf({ action, resource }, place, compile), {
      principal: { kind: 'federated', providerArn },
      action,
      resource,
      lookup: lookupIn(known, context),
    }),
  );
}
