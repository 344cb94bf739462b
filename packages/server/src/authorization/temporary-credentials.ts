/**
 * Makes temporary credentials: a key, a secret and a token, kept sealed with the session that they are of.
 *
 * Not here: who may have them and for how long (services/sts, sign-in), what they may do (authorize.ts).
 */
import { type Instant, randomText } from '@holdfast/kernel';
import type { Installation } from '../installation.ts';
import type { Tx } from '../store/database.ts';
import { newAccessKeyId, newSecretAccessKey } from '../store/identity-ids.ts';
import { insertSession, type SessionRow, sessionContext } from '../store/identity-sessions.ts';
import { sealableSessionSecret } from './credentials.ts';

const TOKEN_CHARS = 160;
const TOKEN_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Of a role, a user or (neither) the account's root; from when until when. What is left out is not there. */
export type NewSession = Pick<SessionRow, 'account_id' | 'created_at' | 'expires_at'> &
  Partial<Omit<SessionRow, 'access_key_id' | 'secret_sealed'>>;

export interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAt: Instant;
}

export async function issueCredentials(
  tx: Tx,
  { random, sealer }: Pick<Installation, 'random' | 'sealer'>,
  session: NewSession,
): Promise<TemporaryCredentials> {
  const accessKeyId = newAccessKeyId(random, 'ASIA');
  const secretAccessKey = newSecretAccessKey(random);
  const sessionToken = randomText(random, TOKEN_CHARS, TOKEN_ALPHABET);
  const sealed = sealer.seal(sealableSessionSecret({ secretAccessKey, sessionToken }), sessionContext(accessKeyId));
  await insertSession(tx, { ...NOTHING_MORE, ...session, access_key_id: accessKeyId, secret_sealed: sealed });
  return { accessKeyId, secretAccessKey, sessionToken, expiresAt: session.expires_at };
}

const NOTHING_MORE = {
  role_id: null,
  user_id: null,
  sign_in_id: null,
  name: '',
  policies: [],
  policy_arns: [],
  tags: {},
  transitive_tag_keys: [],
  source_identity: null,
  mfa_at: null,
  federated_provider: null,
} satisfies Partial<SessionRow>;
