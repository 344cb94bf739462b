/** What the jobs room needs of the installation, and the few things that every kind of job does with it. */
import type { Connector, ResourceRef } from '@holdfast/connector-kit';
import { parseArn } from '@holdfast/kernel';
import type { Question } from '../authorization/authorizer.ts';
import type { Installation } from '../installation.ts';
import { resourceSecretsContext, vaultKeyContext } from '../secrets/contexts.ts';
import type { Lease, Progress } from '../store/jobs-work.ts';
import type { ResourceRow } from '../store/resources.ts';
import type { VaultRow } from '../store/vaults.ts';
import type { RepositoryAccess } from '../vault/repositories.ts';
import { JobFailure, roleFailure } from './job-failure.ts';

export type JobParts = Pick<
  Installation,
  'authorizer' | 'clock' | 'connectors' | 'db' | 'log' | 'random' | 'repositories' | 'sealer' | 'settings'
>;

/** A job in a worker's hands. */
export interface Work {
  readonly lease: Lease;
  /** Aborted when the job is to stop, its lease is lost, or the server stops. */
  readonly signal: AbortSignal;
  report(progress: Progress): void;
}

const SERVICE_PRINCIPAL = 'backup.amazonaws.com';
const TAGS_MAX = 50;

export async function requireRole(
  { authorizer, db }: JobParts,
  { account_id: accountId, iam_role_arn: roleArn }: { readonly account_id: string; readonly iam_role_arn: string },
  questions: readonly Question[],
  doing: 'backup' | 'copy' | 'restore',
): Promise<void> {
  // Roles of other accounts work for those accounts alone.
  if (parseArn(roleArn)?.accountId !== accountId) throw roleFailure(roleArn, { kind: 'missing' }, doing);
  const problem = await authorizer.roleProblem(db, roleArn, SERVICE_PRINCIPAL, questions);
  if (problem) throw roleFailure(roleArn, problem, doing);
}

/** @throws SealError when the master key is another one */
export function accessOf({ sealer }: Pick<JobParts, 'sealer'>, vault: VaultRow): RepositoryAccess {
  return {
    storage: vault.storage,
    password: sealer.open(vault.key_sealed, vaultKeyContext(vault.id)).toString('utf8'),
    ...(vault.repository_id !== null && { repositoryId: vault.repository_id }),
  };
}

export function connectorOf({ connectors }: Pick<JobParts, 'connectors'>, typeName: string): Connector {
  const connector = connectors.find((each) => each.typeName === typeName);
  if (!connector) throw new JobFailure(`Resources of type ${typeName} are not supported.`, 'RESOURCE_NOT_SUPPORTED');
  return connector;
}

export function resourceRefOf({ sealer }: Pick<JobParts, 'sealer'>, row: ResourceRow): ResourceRef {
  return {
    arn: row.arn,
    accountId: row.account_id,
    region: row.region,
    identifier: row.identifier,
    properties: row.properties,
    secrets:
      row.secrets_sealed === null ? {} : secretsIn(sealer.open(row.secrets_sealed, resourceSecretsContext(row.arn))),
  };
}

/** Tags of a recovery point: the resource's, over them the job's; more than fifty fail the job (backup spec 6.5). */
export function mergedTags(
  resource: Readonly<Record<string, string>>,
  asked: Readonly<Record<string, string>> | undefined,
): Record<string, string> {
  const tags = { ...resource, ...asked };
  if (Object.keys(tags).length > TAGS_MAX) {
    const message = `The recovery point would have ${Object.keys(tags).length} tags, those of the resource and of the job together; ${TAGS_MAX} are allowed.`;
    throw new JobFailure(message, 'LIMIT_EXCEEDED');
  }
  return tags;
}

function secretsIn(opened: Buffer): Record<string, string> {
  const value: unknown = JSON.parse(opened.toString('utf8'));
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, secret]) => [name, String(secret)]))
    : {};
}
