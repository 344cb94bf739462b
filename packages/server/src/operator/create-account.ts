/**
 * Accounts that the operator makes: standing alone, with an administrator and an access key of its own.
 * Accounts in an organization come from CreateAccount instead (services/organizations).
 */
import type { Installation } from '../installation.ts';
import { findAccountByEmail, insertAccount, newAccountId } from '../store/account.ts';
import type { Tx } from '../store/database.ts';
import { attachPolicy } from '../store/identity-attachments.ts';
import { newAccessKeyId, newSecretAccessKey, newUniqueId } from '../store/identity-ids.ts';
import { accessKeyContext, insertAccessKey } from '../store/identity-keys.ts';
import { findUser, insertUser, type UserRow } from '../store/identity-users.ts';
import { createAccountRoles } from '../store/roles.ts';
import { OperatorError } from './operator-error.ts';

export const ADMIN_USER = 'admin';
const ADMINISTRATOR_ACCESS = 'arn:aws:iam::aws:policy/AdministratorAccess';
const NAME = /^[\u0020-\u007e]{1,50}$/;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const EMAIL_CHARS = { min: 6, max: 64 };

export interface NewAccount {
  readonly name: string;
  readonly email: string;
}

export interface AdminKey {
  readonly accountId: string;
  readonly userName: string;
  readonly accessKeyId: string;
  /** Never shown again. */
  readonly secretAccessKey: string;
}

/** What is otherwise drawn at random; test mode makes its first account with them. */
export interface FixedIds {
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

type Parts = Pick<Installation, 'clock' | 'random' | 'sealer'>;

/** @throws OperatorError for a name or address that cannot be taken */
export async function createStandaloneAccount(
  tx: Tx,
  parts: Parts,
  { name, email }: NewAccount,
  fixed?: FixedIds,
): Promise<AdminKey> {
  if (!NAME.test(name))
    throw new OperatorError('An account name has 1 to 50 printable ASCII characters.', { httpStatus: 400 });
  const fits = email.length >= EMAIL_CHARS.min && email.length <= EMAIL_CHARS.max;
  if (!fits || !EMAIL.test(email))
    throw new OperatorError(`"${email}" is not an e-mail address of 6 to 64 characters.`, { httpStatus: 400 });
  if (await findAccountByEmail(tx, email))
    throw new OperatorError(`There is an account with the address ${email}.`, { httpStatus: 409 });
  const { random } = parts;
  const now = parts.clock.now();
  const accountId = fixed?.accountId ?? newAccountId(random);
  await insertAccount(tx, { id: accountId, name, email, state: 'ACTIVE', created_at: now });
  await createAccountRoles(tx, { accountId, random, now });
  return createAdminKey(tx, parts, accountId, fixed);
}

/**
 * A new access key of the account's administrator, who is made if missing: also the way back in when all keys are lost.
 */
export async function createAdminKey(tx: Tx, parts: Parts, accountId: string, fixed?: FixedIds): Promise<AdminKey> {
  const { random, sealer } = parts;
  const now = parts.clock.now();
  const user = (await findUser(tx, accountId, ADMIN_USER)) ?? (await createAdmin(tx, parts, accountId));
  await attachPolicy(tx, { principalId: user.id, accountId, policyArn: ADMINISTRATOR_ACCESS });
  const accessKeyId = fixed?.accessKeyId ?? newAccessKeyId(random, 'AKIA');
  const secretAccessKey = fixed?.secretAccessKey ?? newSecretAccessKey(random);
  await insertAccessKey(tx, {
    id: accessKeyId,
    account_id: accountId,
    user_id: user.id,
    secret_sealed: sealer.seal(secretAccessKey, accessKeyContext(accessKeyId)),
    status: 'Active',
    created_at: now,
    last_used_at: null,
    last_used_service: null,
    last_used_region: null,
  });
  return { accountId, userName: user.name, accessKeyId, secretAccessKey };
}

async function createAdmin(tx: Tx, { random, clock }: Parts, accountId: string): Promise<UserRow> {
  const user: UserRow = {
    id: newUniqueId(random, 'AIDA'),
    account_id: accountId,
    name: ADMIN_USER,
    path: '/',
    boundary_arn: null,
    tags: {},
    created_at: clock.now(),
  };
  await insertUser(tx, user);
  return user;
}
