/**
 * The parts of a SigV4 signature as the request carries them: in the header Authorization, or in the query of a
 * presigned URL.
 *
 * Source: "Signing AWS API requests" of the IAM user guide; the wording of refusals follows what AWS answers.
 */
import { AwsError } from '../aws-error.ts';
import { IncompleteSignature, InvalidSignature, MissingAuthenticationToken } from '../common-errors.ts';
import { headerOf, type WireRequest } from '../request.ts';

export interface SignedParts {
  readonly accessKeyId: string;
  /** `20300320` */
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `20300320T050000Z` */
  readonly time: string;
  readonly sessionToken: string | undefined;
  /** Seconds that a presigned URL may be used; undefined for a signature in the header. */
  readonly expiresSeconds: number | undefined;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const SCOPE_END = 'aws4_request';
const REGION = /^[a-z0-9-]{1,40}$/;
/** Seven days. */
const PRESIGNED_SECONDS_MAX = 604_800;

/** Whether there is any part of a signature. */
export function isSigned({ headers, query }: Pick<WireRequest, 'headers' | 'query'>): boolean {
  const signs = (name: string): boolean => name === 'X-Amz-Signature' || name === 'X-Amz-Algorithm';
  return headerOf(headers, 'authorization') !== undefined || query.some(([name]) => signs(name));
}

/** @throws AwsError when there is no signature, or not all of one */
export function readSignedParts(request: WireRequest): SignedParts {
  const header = headerOf(request.headers, 'authorization');
  if (header !== undefined) return fromHeader(header, request);
  if (isSigned(request)) return fromQuery(new Map(request.query));
  throw new AwsError(MissingAuthenticationToken, 'Missing Authentication Token');
}

function fromHeader(header: string, request: WireRequest): SignedParts {
  const [algorithm = '', rest = ''] = splitOnce(header.trim(), ' ');
  if (algorithm !== ALGORITHM) throw unsupported(algorithm);
  const parts = new Map(rest.split(',').map((part) => splitOnce(part.trim(), '=')));
  const missing = ['Credential', 'Signature', 'SignedHeaders'].filter((name) => (parts.get(name) ?? '') === '');
  const time = headerOf(request.headers, 'x-amz-date');
  const complaints = missing.map((name) => `Authorization header requires '${name}' parameter.`);
  if (time === undefined) complaints.push("Authorization header requires existence of a 'X-Amz-Date' header.");
  if (complaints.length > 0) throw new AwsError(IncompleteSignature, complaints.join(' '));
  return {
    ...scopeOf(parts.get('Credential') ?? ''),
    signedHeaders: headersOf(parts.get('SignedHeaders')),
    signature: parts.get('Signature') ?? '',
    time: timeOf(time),
    sessionToken: headerOf(request.headers, 'x-amz-security-token'),
    expiresSeconds: undefined,
  };
}

function fromQuery(query: ReadonlyMap<string, string>): SignedParts {
  const algorithm = query.get('X-Amz-Algorithm') ?? '';
  if (algorithm !== ALGORITHM) throw unsupported(algorithm);
  const needed = ['X-Amz-Credential', 'X-Amz-Date', 'X-Amz-Expires', 'X-Amz-Signature', 'X-Amz-SignedHeaders'];
  const missing = needed.filter((name) => (query.get(name) ?? '') === '');
  if (missing.length > 0) {
    throw new AwsError(
      IncompleteSignature,
      missing.map((name) => `AWS query-string parameters must include '${name}'.`).join(' '),
    );
  }
  const expires = query.get('X-Amz-Expires') ?? '';
  if (!/^\d{1,6}$/.test(expires) || Number(expires) > PRESIGNED_SECONDS_MAX) {
    throw new AwsError(
      IncompleteSignature,
      `X-Amz-Expires must be a number of seconds, at most ${PRESIGNED_SECONDS_MAX}.`,
    );
  }
  return {
    ...scopeOf(query.get('X-Amz-Credential') ?? ''),
    signedHeaders: headersOf(query.get('X-Amz-SignedHeaders')),
    signature: query.get('X-Amz-Signature') ?? '',
    time: timeOf(query.get('X-Amz-Date')),
    sessionToken: query.get('X-Amz-Security-Token'),
    expiresSeconds: Number(expires),
  };
}

/** Access keys hold no slash, so the scope is what stands behind the first one. */
function scopeOf(credential: string): Pick<SignedParts, 'accessKeyId' | 'day' | 'region' | 'service'> {
  const [accessKeyId = '', day = '', region = '', service = '', end = '', ...more] = credential.split('/');
  const whole = accessKeyId !== '' && /^\d{8}$/.test(day) && region !== '' && service !== '';
  if (!whole || end !== SCOPE_END || more.length > 0) {
    throw new AwsError(
      IncompleteSignature,
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/${SCOPE_END}.`,
    );
  }
  // It becomes part of ARNs: with a colon in it, a caller could write whatever stands behind it there.
  if (!REGION.test(region)) {
    throw new AwsError(InvalidSignature, 'Credential should be scoped to a valid region.');
  }
  return { accessKeyId, day, region, service };
}

function headersOf(list: string | undefined): string[] {
  return (list ?? '').toLowerCase().split(';');
}

function timeOf(time: string | undefined): string {
  if (time === undefined || !/^\d{8}T\d{6}Z$/.test(time)) {
    throw new AwsError(IncompleteSignature, 'Date must be in ISO-8601 basic format, such as 20300320T050000Z.');
  }
  return time;
}

function unsupported(algorithm: string): AwsError {
  return new AwsError(IncompleteSignature, `Unsupported AWS 'algorithm': '${algorithm}'.`);
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
