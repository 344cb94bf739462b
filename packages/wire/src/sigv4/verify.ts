/**
 * Verifies the AWS Signature Version 4 of a request and says who signed it.
 *
 * A signature holds for fifteen minutes around its time (a presigned URL for as long as it says, seven days at most),
 * within the day and service of its scope, over `host`, every `x-amz-*` header and the whole body. There is no memory
 * of requests seen: one that is sent again within its time is carried out again, as at AWS.
 */
import { Buffer } from 'node:buffer';
import { timingSafeEqual } from 'node:crypto';
import { type Clock, type Instant, MINUTE_MS, SECOND_MS } from '@holdfast/kernel';
import { AwsError } from '../aws-error.ts';
import { ExpiredToken, IncompleteSignature, InvalidSignature, UnrecognizedClient } from '../common-errors.ts';
import type { Credential, FindCredential } from '../contract.ts';
import { headerOf, type WireRequest } from '../request.ts';
import { canonicalRequest, sha256Hex } from './canonical-request.ts';
import type { SignedParts } from './credential-scope.ts';
import { hmac, SigningKeys } from './signing-keys.ts';

export const CLOCK_SKEW_MAX_MS = 15 * MINUTE_MS;

/**
 * As the model of STS has it. What is no such text is looked for nowhere: whoever looks keys up for many requests at
 * once would fail them all with one that no store can hold, such as a U+0000 from the query of a presigned URL.
 */
const ACCESS_KEY_ID = /^\w{1,128}$/;

const INVALID_TOKEN = 'The security token included in the request is invalid.';
const MISMATCH =
  'The request signature we calculated does not match the signature you provided. ' +
  'Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

export class SignatureVerifier<Identity> {
  readonly #findCredential: FindCredential<Identity>;
  readonly #clock: Clock;
  readonly #sessionClock: Clock;
  readonly #keys = new SigningKeys();

  /** @param clock of the signers @param sessionClock by which sessions expire; default: the same */
  constructor(findCredential: FindCredential<Identity>, clock: Clock, sessionClock: Clock = clock) {
    this.#findCredential = findCredential;
    this.#clock = clock;
    this.#sessionClock = sessionClock;
  }

  /** @throws AwsError unless the signature is good */
  async verify(request: WireRequest, parts: SignedParts): Promise<Identity> {
    checkTime(parts, this.#clock.now());
    checkSignedHeaders(request, parts.signedHeaders);
    const isKey = ACCESS_KEY_ID.test(parts.accessKeyId);
    const credential = isKey ? await this.#findCredential(parts.accessKeyId) : undefined;
    if (credential === undefined || !sameText(credential.sessionToken ?? '', parts.sessionToken ?? '')) {
      throw new AwsError(UnrecognizedClient, INVALID_TOKEN);
    }
    if (!sameText(this.#signature(request, parts, credential), parts.signature))
      throw new AwsError(InvalidSignature, MISMATCH);
    if (credential.expiresAt !== undefined && this.#sessionClock.now() >= credential.expiresAt) {
      throw new AwsError(ExpiredToken, 'The security token included in the request is expired');
    }
    return credential.identity;
  }

  #signature(request: WireRequest, parts: SignedParts, credential: Credential<Identity>): string {
    const { time, day, region, service, signedHeaders } = parts;
    const canonical = sha256Hex(canonicalRequest(request, signedHeaders));
    const text = `AWS4-HMAC-SHA256\n${time}\n${day}/${region}/${service}/aws4_request\n${canonical}`;
    return Buffer.from(hmac(this.#keys.keyFor(credential.secretAccessKey, parts), text)).toString('hex');
  }
}

function checkTime({ time, day, expiresSeconds }: SignedParts, now: Instant): void {
  if (!time.startsWith(day)) {
    throw new AwsError(
      InvalidSignature,
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${day}' != '${time.slice(0, 8)}', from '${time}'.`,
    );
  }
  const signedAt = instantOf(time);
  const goodUntil = signedAt + (expiresSeconds === undefined ? CLOCK_SKEW_MAX_MS : expiresSeconds * SECOND_MS);
  if (now > goodUntil) {
    throw new AwsError(
      InvalidSignature,
      `Signature expired: ${basicTime(goodUntil)} is now earlier than ${basicTime(now)}.`,
    );
  }
  if (signedAt > now + CLOCK_SKEW_MAX_MS) {
    throw new AwsError(
      InvalidSignature,
      `Signature not yet current: ${time} is still later than ${basicTime(now + CLOCK_SKEW_MAX_MS)} (${basicTime(now)} + 15 min.)`,
    );
  }
}

function checkSignedHeaders(request: WireRequest, signed: readonly string[]): void {
  const needed = Object.keys(request.headers).filter((name) => name.startsWith('x-amz-'));
  const unsigned = ['host', ...needed].filter((name) => !signed.includes(name));
  if (unsigned.length > 0) {
    throw new AwsError(IncompleteSignature, `The headers ${unsigned.join(', ')} must be among the SignedHeaders.`);
  }
  const hash = headerOf(request.headers, 'x-amz-content-sha256');
  if (hash !== undefined && hash !== sha256Hex(request.body)) throw new AwsError(InvalidSignature, MISMATCH);
}

/** Equal texts, in a time that tells nothing about where they differ. */
function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.byteLength === right.byteLength && timingSafeEqual(left, right);
}

/** NaN for a day or hour that does not exist; nothing is later or earlier than NaN, so such a time is refused here. */
function instantOf(time: string): Instant {
  const iso = time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const instant = Date.parse(iso);
  if (Number.isNaN(instant)) throw new AwsError(IncompleteSignature, `There is no such time as ${time}.`);
  return instant;
}

function basicTime(instant: Instant): string {
  return new Date(instant).toISOString().replace(/[-:]|\.\d{3}/g, '');
}
