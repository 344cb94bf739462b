/**
 * From an access key id to who signs with it. Inactive keys and keys of closed accounts are as good as unknown.
 *
 * Not here: the signature itself (wire), what the caller may do (authorize.ts).
 */
import type { FindCredential } from '@holdfast/wire';
import type { Installation } from '../installation.ts';
import type { Queryable } from '../store/database.ts';
import { gathering } from '../store/gathering.ts';
import { roleArn, rootArn, sessionArn, userArn } from '../store/identity-ids.ts';
import { accessKeyContext } from '../store/identity-keys.ts';
import { sessionContext } from '../store/identity-sessions.ts';
import { findKeyOwners, findSessions, type KeyOwner, type SessionOwner } from '../store/identity-standing.ts';
import type { Caller } from './caller.ts';
import { OpenedSecrets } from './opened-secrets.ts';

/** What an ASIA key is sealed with: one text for the secret and the token that the request must carry. */
export interface SessionSecret {
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export function credentialFinder(db: Queryable, sealer: Installation['sealer']): FindCredential<Caller> {
  const secrets = new OpenedSecrets(sealer);
  const keyOwner = gathering((accessKeyIds: readonly string[]) => findKeyOwners(db, accessKeyIds));
  const sessionOwner = gathering((accessKeyIds: readonly string[]) => findSessions(db, accessKeyIds));
  return async (accessKeyId) => {
    if (accessKeyId.startsWith('ASIA')) {
      const session = await sessionOwner(accessKeyId);
      return session && sessionCredential(session, secrets);
    }
    const owner = await keyOwner(accessKeyId);
    return owner && keyCredential(owner, secrets, accessKeyId);
  };
}

type Credential = NonNullable<Awaited<ReturnType<FindCredential<Caller>>>>;

function keyCredential(
  { account_id: accountId, secret_sealed, user, standing }: KeyOwner,
  secrets: OpenedSecrets,
  accessKeyId: string,
): Credential {
  const secretAccessKey = secrets.open(secret_sealed, accessKeyContext(accessKeyId));
  const known = { accountId, accessKeyId, standing };
  if (!user)
    return { secretAccessKey, identity: { kind: 'root', ...known, arn: rootArn(accountId), userId: accountId } };
  const { id: userId, name: userName, path } = user;
  const arn = userArn({ account_id: accountId, path, name: userName });
  return { secretAccessKey, identity: { kind: 'user', ...known, arn, userId, userName } };
}

function sessionCredential(session: SessionOwner, secrets: OpenedSecrets): Credential {
  const accessKeyId = session.access_key_id;
  const secret = openSessionSecret(secrets.open(session.secret_sealed, sessionContext(accessKeyId)));
  return { ...secret, expiresAt: session.expires_at, identity: callerOf(session, accessKeyId) };
}

function callerOf(session: SessionOwner, accessKeyId: string): Caller {
  const { account_id: accountId, role_id, user_id, mfa_at, created_at: issuedAt, expires_at: expiresAt } = session;
  const known = { accountId, accessKeyId, standing: session.standing, ...(mfa_at !== null && { mfaAt: mfa_at }) };
  const principal = { account_id: accountId, path: session.principal_path ?? '', name: session.principal_name ?? '' };
  if (role_id !== null) {
    return {
      kind: 'session',
      ...known,
      arn: sessionArn(accountId, principal.name, session.name),
      userId: `${role_id}:${session.name}`,
      roleArn: roleArn(principal),
      sessionName: session.name,
      sessionPolicies: session.policies,
      sessionPolicyArns: session.policy_arns,
      sessionTags: session.session_tags,
      transitiveTagKeys: session.transitive_tag_keys,
      ...(session.source_identity === null ? {} : { sourceIdentity: session.source_identity }),
      ...(session.federated_provider === null ? {} : { federatedProvider: session.federated_provider }),
      issuedAt,
      expiresAt,
    };
  }
  const ownSession = { issuedAt, expiresAt, signedIn: session.sign_in_id !== null };
  if (user_id === null) return { kind: 'root', ...known, ownSession, arn: rootArn(accountId), userId: accountId };
  return { kind: 'user', ...known, ownSession, arn: userArn(principal), userId: user_id, userName: principal.name };
}

const SEPARATOR = '\n';

export function sealableSessionSecret({ secretAccessKey, sessionToken }: SessionSecret): string {
  return secretAccessKey + SEPARATOR + sessionToken;
}

function openSessionSecret(text: string): SessionSecret {
  const [secretAccessKey = '', sessionToken = ''] = text.split(SEPARATOR);
  return { secretAccessKey, sessionToken };
}
