/**
 * Any error as the lines that a person reads: what was wrong, where, what to do.
 *
 * Errors of the server keep AWS's name and text, and gain an advice where there is a usual cause.
 */
import type { Colours } from './colour.ts';
import { EXIT_FAILED, Failure } from './failure.ts';
import { printable } from './text-width.ts';

export interface Explanation {
  readonly lines: readonly string[];
  readonly exitCode: number;
}

/** For commands that search for credentials as every AWS client does. */
const CREDENTIALS_ADVICE =
  'Name a profile (--profile NAME, AWS_PROFILE), set AWS_ACCESS_KEY_ID, or name a Holdfast server (--data DIR).';

export function explain(error: unknown, colours: Colours): Explanation {
  if (error instanceof Failure) {
    return { lines: lines(colours, error.message, error.where, error.advice), exitCode: error.exitCode };
  }
  if (isServerError(error)) {
    const reason = error.Reason ? ` (${error.Reason})` : '';
    const where = error.$metadata.requestId ? `request ${error.$metadata.requestId}` : undefined;
    return {
      lines: lines(colours, `${error.name}: ${error.message}${reason}`, where, adviceFor(error.name)),
      exitCode: EXIT_FAILED,
    };
  }
  if (error instanceof Error && error.name === 'CredentialsProviderError') {
    return { lines: lines(colours, 'There are no credentials.', undefined, CREDENTIALS_ADVICE), exitCode: EXIT_FAILED };
  }
  const refused = connectionProblem(error);
  if (refused) return { lines: lines(colours, refused.message, refused.where, refused.advice), exitCode: EXIT_FAILED };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { lines: [`${colours.bad('error:')} This is a bug of holdfast:`, text], exitCode: EXIT_FAILED };
}

function lines(colours: Colours, message: string, where?: string, advice?: string): string[] {
  return [
    `${colours.bad('error:')} ${printable(message)}`,
    ...(where === undefined ? [] : [`  ${colours.faint('where:')} ${printable(where)}`]),
    ...(advice === undefined ? [] : [`  ${colours.faint('what to do:')} ${advice}`]),
  ];
}

interface ServerError extends Error {
  readonly $metadata: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly Reason?: string;
}

/** The SDK's exceptions, those of the model and others, carry the answer's metadata. */
function isServerError(error: unknown): error is ServerError {
  if (!(error instanceof Error) || !('$metadata' in error)) return false;
  const { $metadata: metadata } = error;
  return (
    typeof metadata === 'object' &&
    metadata !== null &&
    'httpStatusCode' in metadata &&
    metadata.httpStatusCode !== undefined
  );
}

function adviceFor(name: string): string | undefined {
  switch (name) {
    case 'AccessDeniedException':
    case 'AccessDenied':
      return 'Use credentials that may do this, or name the account to act in (--account ID).';
    case 'UnrecognizedClientException':
    case 'InvalidClientTokenId':
      return "The access key is not known to this server: is it another server's profile? (--data DIR, AWS_PROFILE)";
    case 'InvalidSignatureException':
    case 'SignatureDoesNotMatch':
      return 'The secret access key is wrong, or the clocks of this machine and the server differ by more than 15 minutes.';
    case 'AWSOrganizationsNotInUseException':
      return 'Make an organization first: aws organizations create-organization --feature-set ALL';
    default:
      return undefined;
  }
}

function connectionProblem(error: unknown): { message: string; where?: string; advice: string } | undefined {
  const { code, address, port } = connectionErrorOf(error) ?? {};
  if (code === undefined) return undefined;
  const where = address === undefined ? undefined : `${address}:${port}`;
  return {
    message: `The server cannot be reached (${code}).`,
    advice: 'Start it (holdfast start --data DIR), or name where it is (--endpoint-url URL, --data DIR).',
    ...(where === undefined ? {} : { where }),
  };
}

const CONNECTION_ERRORS = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ETIMEDOUT',
  'TimeoutError',
]);

interface ConnectionError {
  readonly code: string;
  readonly address?: string;
  readonly port?: number;
}

function connectionErrorOf(error: unknown): ConnectionError | undefined {
  if (error instanceof AggregateError) return error.errors.map(connectionErrorOf).find((each) => each !== undefined);
  if (!(error instanceof Error)) return undefined;
  const { code, address, port } = error as Error & { code?: unknown; address?: string; port?: number };
  if (typeof code !== 'string' || !CONNECTION_ERRORS.has(code)) return undefined;
  return { code, ...(address === undefined ? {} : { address }), ...(port === undefined ? {} : { port }) };
}
