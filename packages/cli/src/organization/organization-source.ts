/**
 * Where an organization is read from: AWS itself or any endpoint that speaks its API, with the credentials that every
 * AWS client finds; or the Holdfast server of a data folder.
 *
 * Only for reading: unlike session.ts, which serves commands that change things, this may reach AWS.
 */
import type { OrganizationsClient } from '@aws-sdk/client-organizations';
import type { Command } from 'commander';
import { type CommandContext, environmentOf } from '../command-context.ts';
import { readProfile } from '../connection/profile.ts';
import { type Credentials, disposable, openSession } from '../connection/session.ts';

/** The organization's service has one home in each of AWS's partitions; this is the one of the partition `aws`. */
const DEFAULT_REGION = 'us-east-1';
/** AWS allows a handful of these calls each second; the SDK waits, and slows down by itself. */
const ATTEMPTS_MAX = 12;
const UNREACHABLE: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH']);
const HEALTH = '/_holdfast/health';
const HEALTH_TIMEOUT_MS = 5_000;

export interface SourceOptions {
  readonly data?: string;
  readonly endpointUrl?: string;
  readonly region?: string;
  readonly profile?: string;
}

export interface OrganizationSource extends Disposable {
  readonly client: OrganizationsClient;
  /** Absent: AWS's own. */
  readonly endpoint: string | undefined;
  /** Holdfast lists what is attached in the order of attachment; AWS promises no order. */
  readonly isHoldfast: boolean;
}

export function withSourceOptions(command: Command): Command {
  return command
    .option('--profile <name>', "read with this profile of AWS's configuration files")
    .option('--endpoint, --endpoint-url <url>', "an endpoint that speaks AWS's API (default: AWS's own)")
    .option('--region <name>', 'the region to ask (default: $AWS_REGION, else us-east-1)')
    .option('--data <dir>', 'read from the Holdfast server that has this data folder');
}

export function openSource(context: CommandContext, options: SourceOptions): Promise<OrganizationSource> {
  return sourceAt(connectionOf(context, options));
}

export async function sourceAt(connection: Connection): Promise<OrganizationSource> {
  const { OrganizationsClient } = await import('@aws-sdk/client-organizations');
  const client = disposable(
    new OrganizationsClient({ ...connection, retryMode: 'adaptive', maxAttempts: ATTEMPTS_MAX }),
  );
  const { endpoint } = connection;
  return {
    client,
    endpoint,
    isHoldfast: endpoint !== undefined && (await answersAsHoldfast(endpoint)),
    [Symbol.dispose]: () => client.destroy(),
  };
}

interface Connection {
  readonly region: string;
  readonly endpoint?: string;
  readonly profile?: string;
  readonly credentials?: Credentials;
}

/**
 * A data folder counts when it is named, or when nothing else is: no credentials, profile or endpoint of the caller's.
 */
function connectionOf(context: CommandContext, options: SourceOptions): Connection {
  const environment = environmentOf(context, options);
  const namesOther =
    options.profile !== undefined || options.endpointUrl !== undefined || environment.hasAwsCredentials;
  const hasFolder = readProfile(environment.dataFolder) !== undefined;
  if (options.data !== undefined || (!namesOther && hasFolder)) {
    const { profile: _, ...session } = options;
    return openSession({ ...environment, hasAwsCredentials: false }, session);
  }
  const endpoint = options.endpointUrl ?? environment.endpoint;
  return {
    region: options.region ?? environment.region ?? DEFAULT_REGION,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(options.profile === undefined ? {} : { profile: options.profile }),
  };
}

/** Asked of endpoints that the caller named, never of AWS's own. */
async function answersAsHoldfast(endpoint: string): Promise<boolean> {
  try {
    const answer = await fetch(new URL(HEALTH, endpoint), { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
    const health: unknown = answer.ok ? await answer.json() : undefined;
    return typeof health === 'object' && health !== null && 'status' in health && health.status === 'ok';
  } catch (error) {
    // The SDK would try for half a minute before it said so.
    const cause = error instanceof Error ? error.cause : undefined;
    if (cause instanceof Error && 'code' in cause && UNREACHABLE.has(cause.code)) throw cause;
    return false;
  }
}
