/**
 * What goes on record of somebody who signs in, as CloudTrail's ConsoleLogin.
 *
 * A name that nobody has is not recorded: people type passwords where names belong.
 * Source: CloudTrail's "AWS Management Console sign-in events".
 */
import type { Activity } from '../audit/audit.ts';
import { rootArn, userArn } from '../store/identity-ids.ts';
import type { SignedIn } from '../store/sign-in-sessions.ts';
import type { Principal } from './principal.ts';

/** Where all that belongs to no region is on record. */
const REGION = 'us-east-1';
const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS';

export interface From {
  readonly sourceIp: string;
  readonly userAgent: string;
}

export function successOnRecord(session: SignedIn, from: From): Activity {
  const { account_id: accountId, principal_id: principalId, user_name: name, user_path: path } = session;
  const isUser = name !== null && path !== null;
  const userIdentity = isUser
    ? { type: 'IAMUser', principalId, arn: userArn({ account_id: accountId, path, name }), accountId, userName: name }
    : { type: 'Root', principalId, arn: rootArn(accountId), accountId };
  return {
    ...login(from, accountId),
    userIdentity,
    username: isUser ? name : 'root',
    response: { ConsoleLogin: 'Success' },
    additional: { MFAUsed: session.mfa_at === null ? 'No' : 'Yes' },
  };
}

/** @param principal undefined: there is no such user or root */
export function failureOnRecord(
  principal: Principal | undefined,
  userName: string | undefined,
  why: string,
  from: From,
): Activity {
  const { accountId, principalId, userId } = principal ?? { accountId: undefined, principalId: '', userId: null };
  const known =
    principal && (userId === null ? { type: 'Root', principalId } : { type: 'IAMUser', principalId, userName });
  return {
    ...login(from, accountId),
    userIdentity: { ...(known ?? { type: 'IAMUser', userName: HIDDEN }), ...(accountId && { accountId }) },
    ...(principal && { username: userId === null ? 'root' : (userName ?? '') }),
    response: { ConsoleLogin: 'Failure' },
    error: { code: why, message: 'Failed authentication' },
  };
}

function login(from: From, accountId: string | undefined): Omit<Activity, 'userIdentity'> {
  return { ...from, service: 'signin', name: 'ConsoleLogin', eventType: 'AwsConsoleSignIn', accountId, region: REGION };
}
