/**
 * GetSessionToken: temporary credentials of the very user or root that asks, with MFA if a code is given.
 *
 * They may do what the user may, but for IAM, which asks for MFA, and STS (services/own-session.ts).
 * Source: the STS API reference.
 */
import { GetSessionToken$, type GetSessionTokenRequest, type GetSessionTokenResponse } from '@aws-sdk/client-sts';
import { SECOND_MS } from '@holdfast/kernel';
import { accessDenied, type Checked } from '@holdfast/wire';
import type { Caller } from '../../authorization/caller.ts';
import { issueCredentials } from '../../authorization/temporary-credentials.ts';
import { type Call, operation } from '../operation.ts';
import { proveMfa } from './mfa.ts';
import { credentialsShape } from './role-session.ts';

type Input = Checked<GetSessionTokenRequest>;

const DEFAULT_SECONDS = 43_200;
const ROOT_SECONDS_MAX = 3_600;

export const getSessionToken = operation(
  GetSessionToken$,
  async (input: Input, call: Call): Promise<GetSessionTokenResponse> => {
    const { caller, tx, installation, now, accountId } = call;
    if (caller.kind === 'session') throw accessDenied('Cannot call GetSessionToken with session credentials');
    const proof = await proveMfa(call, input);
    if (proof.kind === 'refused') {
      call.refuseAfterCommit(proof.error);
      return {};
    }
    const credentials = await issueCredentials(tx, installation, {
      account_id: accountId,
      user_id: caller.kind === 'user' ? caller.userId : null,
      mfa_at: proof.kind === 'given' ? now : null,
      created_at: now,
      expires_at: now + secondsFor(caller, input.DurationSeconds ?? undefined) * SECOND_MS,
    });
    return { Credentials: credentialsShape(credentials) };
  },
  // Whoever has a key may have it for a while; no policy is asked.
  () => ({ resources: [] }),
);

/** A root's session is cut to an hour, whatever was asked for. */
function secondsFor({ kind }: Caller, asked = DEFAULT_SECONDS): number {
  return kind === 'root' ? Math.min(asked, ROOT_SECONDS_MAX) : asked;
}
