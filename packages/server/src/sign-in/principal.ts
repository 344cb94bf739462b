/** Who signs in: a user by account and name, the root of an account by its e-mail address. */

import { findAccount, findAccountByEmail } from '../store/account.ts';
import type { Queryable } from '../store/database.ts';
import { findAccountIdByAlias } from '../store/identity-aliases.ts';
import { findUser } from '../store/identity-users.ts';
import { rootSubject, type Subject, userSubject } from './attempts.ts';

/** As it was typed. */
export type Named =
  | { readonly kind: 'root'; readonly email: string }
  /** `account`: its id or its alias. */
  | { readonly kind: 'user'; readonly account: string; readonly userName: string };

export interface Principal {
  readonly accountId: string;
  /** The user's id; of the root, the account's. */
  readonly principalId: string;
  readonly userId: string | null;
}

export interface Sought {
  /** What attempts are counted by, whether there is such a principal or not. */
  readonly subject: Subject;
  /** Undefined: there is none, or its account is not active. */
  readonly principal: Principal | undefined;
}

export async function seek(db: Queryable, named: Named): Promise<Sought> {
  return named.kind === 'root' ? seekRoot(db, named.email) : seekUser(db, named);
}

async function seekRoot(db: Queryable, email: string): Promise<Sought> {
  const account = await findAccountByEmail(db, email);
  const principal =
    account?.state === 'ACTIVE' ? { accountId: account.id, principalId: account.id, userId: null } : undefined;
  return { subject: rootSubject(email), principal };
}

async function seekUser(db: Queryable, { account, userName }: Extract<Named, { kind: 'user' }>): Promise<Sought> {
  // By id and by alias it is the same user, and the same few attempts.
  const accountId = /^\d{12}$/.test(account) ? account : await findAccountIdByAlias(db, account.toLowerCase());
  const subject = userSubject(accountId ?? account, userName);
  // Looked for in nobody's account, too: the answer takes as long.
  const found = await findAccount(db, accountId ?? '');
  const namesake = await findUser(db, found?.id ?? '', userName);
  const user = found?.state === 'ACTIVE' ? namesake : undefined;
  return { subject, principal: user && { accountId: user.account_id, principalId: user.id, userId: user.id } };
}
