/** Roles for tests, made in the store: what IAM's own operations do is tested with them. */
import { systemRandom, uuid } from '@holdfast/kernel';
import { insertRole } from '../../../store/identity-roles.ts';
import type { TestServer } from '../../../testing/server.ts';

/** A role of the first account, without any permission. */
export async function putRole(
  { installation, management: { accountId } }: TestServer,
  name: string,
  { trusts }: { readonly trusts: string },
): Promise<string> {
  const statement = { Effect: 'Allow', Principal: { Service: trusts }, Action: 'sts:AssumeRole' };
  await installation.db.transaction().execute((tx) =>
    insertRole(tx, {
      id: `AROA${uuid(systemRandom).replaceAll('-', '').slice(0, 17).toUpperCase()}`,
      account_id: accountId,
      name,
      path: '/',
      description: null,
      trust_policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
      max_session_seconds: 3_600,
      boundary_arn: null,
      tags: {},
      linked_service: null,
      created_at: installation.clock.now(),
    }),
  );
  return `arn:aws:iam::${accountId}:role/${name}`;
}
