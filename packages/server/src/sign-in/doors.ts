/**
 * The doors of the console: sign in, who am I, credentials, sign out.
 *
 * The console is an ordinary client of the AWS API: it signs its requests with temporary credentials of who is signed
 * in, which it gets here for a quarter of an hour at a time.
 */
import { isoTime, MINUTE_MS, present } from '@holdfast/kernel';
import { issueCredentials } from '../authorization/temporary-credentials.ts';
import { type Door, type DoorAnswer, DoorError, type DoorRequest } from '../doors/door.ts';
import type { Installation } from '../installation.ts';
import { rootArn, userArn } from '../store/identity-ids.ts';
import { deleteSignInSession, lockSignInSession, type SignedIn } from '../store/sign-in-sessions.ts';
import { authenticate, type SignInVerdict } from './authenticate.ts';
import { clientAddress } from './client-address.ts';
import { cookieGone, cookieWith, tokenIn } from './cookie.ts';
import { PasswordsBusy } from './passwords.ts';
import { failureOnRecord, successOnRecord } from './record.ts';
import { refuseOtherOrigins } from './same-origin.ts';
import { digestOf, endOf, IDLE_MS, sessionOf } from './sessions.ts';
import { readTyped } from './typed.ts';

const CREDENTIALS_MS = 15 * MINUTE_MS;

export function signInDoors(installation: Installation): readonly Door[] {
  return [
    { method: 'POST', path: '/_holdfast/sign-in', answer: (request) => signIn(installation, request) },
    { method: 'POST', path: '/_holdfast/sign-out', answer: (request) => signOut(installation, request) },
    { method: 'GET', path: '/_holdfast/session', answer: (request) => session(installation, request) },
    { method: 'POST', path: '/_holdfast/session/credentials', answer: (request) => credentials(installation, request) },
  ];
}

/** Those that go on record. Who is locked out has failed often enough to be there; others have only begun. */
const FAILURES: ReadonlySet<SignInVerdict['kind']> = new Set(['wrong-password', 'wrong-code']);

async function signIn(installation: Installation, request: DoorRequest): Promise<DoorAnswer> {
  refuseOtherOrigins(request.headers);
  const typed = readTyped(request.body);
  const from = { sourceIp: clientAddress(request), userAgent: request.headers['user-agent'] ?? '' };
  const { verdict, principal } = await authenticate(installation, typed, from.sourceIp).catch(refuseWhenBusy);
  const { log, clock, db, audit } = installation;
  if (verdict.kind !== 'signed-in') {
    log.info('sign-in.refused', { kind: verdict.kind, who: typed.named.kind, sourceIp: from.sourceIp });
    if (FAILURES.has(verdict.kind)) {
      const userName = typed.named.kind === 'user' ? typed.named.userName : undefined;
      await audit.recordActivity(failureOnRecord(principal, userName, verdict.kind, from));
    }
    return refused(verdict, clock.now());
  }
  const found = present(await sessionOf(db, verdict.token, clock.now()), 'the session that was just made');
  await audit.recordActivity(successOnRecord(found, from));
  log.info('sign-in.done', { accountId: found.account_id, user: found.user_id ?? 'root', sourceIp: from.sourceIp });
  return { headers: { 'set-cookie': cookieWith(verdict.token, request.headers) }, body: sessionShape(found) };
}

function refuseWhenBusy(error: unknown): never {
  if (!(error instanceof PasswordsBusy)) throw error;
  const headers = { 'retry-after': '1' };
  throw new DoorError('Too many people sign in at once.', { status: 503, code: 'Busy', headers, cause: error });
}

type Refused = Exclude<SignInVerdict, { readonly kind: 'signed-in' }>;

function refused(verdict: Refused, now: number): DoorAnswer {
  switch (verdict.kind) {
    case 'wrong-password':
      return failure(401, 'SignInFailed', 'There is no such user, or the password is wrong.');
    case 'wrong-code':
      return failure(401, 'WrongOneTimeCode', 'The one-time code is wrong, or was used before.');
    case 'unfit-password':
      return failure(400, 'PasswordPolicyViolation', verdict.problem);
    case 'more-needed': {
      const { needed } = verdict;
      const message = `To sign in, give ${needed.join(' and ')} too.`;
      return { status: 401, body: { code: 'MoreNeeded', message, needed } };
    }
    case 'locked': {
      const seconds = Math.max(1, Math.ceil((verdict.until - now) / 1_000));
      const answer = failure(429, 'TooManyAttempts', `There were too many attempts. Try again in ${seconds} seconds.`);
      return { ...answer, headers: { 'retry-after': String(seconds) } };
    }
  }
}

function failure(status: number, code: string, message: string): DoorAnswer {
  return { status, body: { code, message } };
}

async function signOut({ db, log }: Installation, { headers }: DoorRequest): Promise<DoorAnswer> {
  refuseOtherOrigins(headers);
  const token = tokenIn(headers);
  if (token !== undefined) {
    await deleteSignInSession(db, digestOf(token));
    log.info('sign-in.ended', {});
  }
  return { headers: { 'set-cookie': cookieGone(headers) } };
}

async function session(installation: Installation, request: DoorRequest): Promise<DoorAnswer> {
  return { body: sessionShape(await signedIn(installation, request)) };
}

async function credentials(installation: Installation, request: DoorRequest): Promise<DoorAnswer> {
  refuseOtherOrigins(request.headers);
  const found = await signedIn(installation, request);
  const { db, clock, settings } = installation;
  const now = clock.now();
  const made = await db.transaction().execute(async (tx) => {
    // Ended meanwhile: nothing may be made from it.
    if (!(await lockSignInSession(tx, found.id))) throw notSignedIn();
    return issueCredentials(tx, installation, {
      account_id: found.account_id,
      user_id: found.user_id,
      sign_in_id: found.id,
      mfa_at: found.mfa_at,
      created_at: now,
      expires_at: Math.min(now + CREDENTIALS_MS, endOf(found)),
    });
  });
  const { expiresAt, ...secrets } = made;
  const { name: region } = present(settings.regions[0], 'the default region');
  return { body: { ...secrets, expiration: isoTime(expiresAt), region } };
}

/** @throws DoorError */
async function signedIn({ db, clock }: Installation, { headers }: DoorRequest): Promise<SignedIn> {
  const token = tokenIn(headers);
  const found = token === undefined ? undefined : await sessionOf(db, token, clock.now());
  if (!found) throw notSignedIn();
  return found;
}

function notSignedIn(): DoorError {
  return new DoorError('Nobody is signed in, or the session has ended.', { status: 401, code: 'NotSignedIn' });
}

/** Who is signed in, and until when. */
function sessionShape(found: SignedIn): object {
  const { account_id: accountId, account_name: accountName, user_name: name, user_path: path } = found;
  const isUser = name !== null && path !== null;
  return {
    accountId,
    accountName,
    arn: isUser ? userArn({ account_id: accountId, path, name }) : rootArn(accountId),
    ...(isUser ? { userName: name } : {}),
    mfa: found.mfa_at !== null,
    expiresAt: isoTime(endOf(found)),
    idleExpiresAt: isoTime(Math.min(found.last_used_at + IDLE_MS, endOf(found))),
  };
}
