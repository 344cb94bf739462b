/**
 * How a command talks to the server: endpoint, region, credentials; and the same for another account of the
 * organization,
 * through its OrganizationAccountAccessRole.
 *
 * Credentials come from AWS's standard environment or profile when there are some, else from the data folder's
 * profile file.
 * The endpoint is never AWS's own: without one that names a Holdfast server nothing is sent.
 * Not here: which operations are called (commands).
 */

import type { Environment } from '../config.ts';
import { Failure, UsageFailure } from '../output/failure.ts';
import { credentialsFile, readProfile } from './profile.ts';

/** Made with each account that the organization creates (organizations spec 2.5). */
export const ACCESS_ROLE = 'OrganizationAccountAccessRole';
const SESSION_NAME = 'holdfast-cli';
const DEFAULT_REGION = 'us-east-1';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What every SDK client of a command is built with. */
export interface Session {
  readonly endpoint: string;
  readonly region: string;
  /** Absent: the SDK's own search through environment and profiles. */
  readonly credentials?: Credentials;
}

/** Options that every command has which talks to the server. */
export interface ConnectionOptions {
  readonly data?: string;
  readonly endpointUrl?: string;
  readonly region?: string;
}

export function openSession(environment: Environment, options: ConnectionOptions): Session {
  const profile = readProfile(environment.dataFolder);
  const endpoint = options.endpointUrl ?? environment.endpoint ?? profile?.endpoint;
  const region = options.region ?? environment.region ?? profile?.region ?? DEFAULT_REGION;
  if (endpoint === undefined) {
    throw new UsageFailure('It is not known where the Holdfast server is.', {
      where: environment.dataFolder,
      advice:
        'Name its data folder (--data DIR or HOLDFAST_DATA) or its address (--endpoint-url http://127.0.0.1:PORT).',
    });
  }
  if (environment.hasAwsCredentials) return { endpoint, region };
  if (profile === undefined) {
    throw new UsageFailure('There are no credentials.', {
      where: credentialsFile(environment.dataFolder),
      advice: 'Set AWS_PROFILE or AWS_ACCESS_KEY_ID, or name the data folder of a server that has been started once.',
    });
  }
  const { accessKeyId, secretAccessKey } = profile;
  return { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
}

export interface InAccount {
  readonly accountId: string;
  readonly role?: string;
}

/** The same server, seen from inside another account. */
export async function inAccount(session: Session, { accountId, role = ACCESS_ROLE }: InAccount): Promise<Session> {
  const { AssumeRoleCommand, STSClient } = await import('@aws-sdk/client-sts');
  using client = disposable(new STSClient(session));
  const roleArn = `arn:aws:iam::${accountId}:role/${role}`;
  const answer = await client.send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: SESSION_NAME }));
  const {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
  } = answer.Credentials ?? {};
  if (!accessKeyId || !secretAccessKey || !sessionToken) {
    throw new Failure('The server gave no credentials for the role.', { where: roleArn });
  }
  return { ...session, credentials: { accessKeyId, secretAccessKey, sessionToken } };
}

/** An SDK client that closes its connections at the end of its block. */
export function disposable<T extends { destroy(): void }>(client: T): T & Disposable {
  return Object.assign(client, { [Symbol.dispose]: () => client.destroy() });
}
