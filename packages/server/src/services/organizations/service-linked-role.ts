/**
 * The role by which Organizations acts in an account that is in an organization. Who makes an account join must be
 * allowed to make it. Source: organizations spec 7.
 */
import { AccessDeniedForDependencyException$ } from '@aws-sdk/client-organizations';
import { present } from '@holdfast/kernel';
import { AwsError } from '@holdfast/wire';
import type { Queryable } from '../../store/database.ts';
import { findRole } from '../../store/identity-roles.ts';
import { accountsWithRole, ensureServiceLinkedRole, SERVICE_LINKED_ROLES } from '../../store/roles.ts';
import type { Call } from '../operation.ts';

const PRINCIPAL = 'organizations.amazonaws.com';
const { name: NAME } = present(SERVICE_LINKED_ROLES[PRINCIPAL], PRINCIPAL);

/** Of the accounts those that have it. */
export function accountsWithServiceLinkedRole(
  db: Queryable,
  accountIds: readonly string[],
): Promise<ReadonlySet<string>> {
  return accountsWithRole(db, accountIds, NAME);
}

async function hasServiceLinkedRole(db: Queryable, accountId: string): Promise<boolean> {
  return (await findRole(db, accountId, NAME)) !== undefined;
}

/** In the caller's account, made if it is missing. @throws AccessDeniedForDependencyException */
export async function needServiceLinkedRole({ tx, accountId, now, caller, installation }: Call): Promise<void> {
  if (await hasServiceLinkedRole(tx, accountId)) return;
  const decision = await installation.authorizer.decide(tx, caller, {
    action: 'iam:CreateServiceLinkedRole',
    resource: `arn:aws:iam::${accountId}:role/aws-service-role/${PRINCIPAL}/${NAME}`,
    context: { 'iam:awsservicename': [PRINCIPAL] },
  });
  if (!decision.allowed) {
    throw new AwsError(AccessDeniedForDependencyException$, `Allow iam:CreateServiceLinkedRole for ${PRINCIPAL}.`, {
      Reason: 'ACCESS_DENIED_DURING_CREATE_SERVICE_LINKED_ROLE',
    });
  }
  await ensureServiceLinkedRole(tx, { accountId, random: installation.random, now }, PRINCIPAL);
}
