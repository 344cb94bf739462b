/**
 * A server for the tests of AWS Backup: official clients, the account's default role, resources and points made as jobs
 * would.
 */
import { BackupClient, CreateBackupVaultCommand } from '@aws-sdk/client-backup';
import { type Clock, present, systemRandom, uuid } from '@holdfast/kernel';
import { vaultArn } from '../../../plans/arns.ts';
import { insertRecoveryPoint, type RecoveryPointRow } from '../../../store/recovery-points.ts';
import { insertResource } from '../../../store/resources.ts';
import { findVault, insertVault } from '../../../store/vaults.ts';
import { type CallerOptions, type TestServer, type TestServerOptions, testServer } from '../../../testing/server.ts';

export const REGION = 'us-east-1';

export interface BackupWorld extends AsyncDisposable {
  readonly server: TestServer;
  readonly backup: BackupClient;
  readonly accountId: string;
  readonly roleArn: string;
  readonly clock: Clock;
  client(options?: CallerOptions): BackupClient;
  vault(name: string, client?: BackupClient): Promise<string>;
  /** A vault's row alone, where a test needs no repository: making one takes seconds. */
  vaultRow(name: string): Promise<string>;
  /** A registered directory. */
  directory(name: string, tags?: Readonly<Record<string, string>>, of?: Place): Promise<string>;
  /** A registered database. */
  database(name: string, tags?: Readonly<Record<string, string>>): Promise<string>;
  /** A point of `resourceArn`, recorded as a finished job records it. */
  point(vaultName: string, point: Partial<RecoveryPointRow> & Pick<RecoveryPointRow, 'arn'>): Promise<string>;
}

interface Place {
  readonly accountId?: string;
  readonly region?: string;
}

export function roleArnOf(accountId: string): string {
  return `arn:aws:iam::${accountId}:role/service-role/AWSBackupDefaultServiceRole`;
}

export async function backupWorld(options: TestServerOptions = {}): Promise<BackupWorld> {
  const server = await testServer(options);
  const { accountId } = server.management;
  const { db, clock } = server.installation;
  const backup = server.client(BackupClient);
  const register = async (resource: Registration): Promise<string> => {
    const arn = `arn:aws:${resource.service}:${resource.region}:${resource.accountId}:${resource.path}`;
    await db.transaction().execute((tx) =>
      insertResource(tx, {
        arn,
        accountId: resource.accountId,
        region: resource.region,
        typeName: resource.typeName,
        identifier: resource.path,
        resourceType: resource.resourceType,
        name: resource.name,
        properties: {},
        secretsSealed: undefined,
        tags: resource.tags,
        now: clock.now(),
      }),
    );
    return arn;
  };
  return {
    server,
    backup,
    accountId,
    clock,
    roleArn: roleArnOf(accountId),
    client: (caller) => server.client(BackupClient, caller),
    async vault(name, client = backup) {
      const { BackupVaultArn: arn } = await client.send(new CreateBackupVaultCommand({ BackupVaultName: name }));
      return present(arn, 'vault ARN');
    },
    async vaultRow(name) {
      const vault = vaultRowOf(accountId, name, clock.now());
      await db.transaction().execute((tx) => insertVault(tx, vault));
      return vaultArn(REGION, accountId, name);
    },
    directory: (name, tags = {}, { accountId: owner = accountId, region = REGION } = {}) =>
      register({ ...DIRECTORY, accountId: owner, region, path: `file-system/fs-${name}`, name, tags }),
    database: (name, tags = {}) => register({ ...DATABASE, accountId, region: REGION, path: `db:${name}`, name, tags }),
    async point(vaultName, point) {
      const vault = present(await findVault(db, { accountId, region: REGION, name: vaultName }), 'vault');
      const row = { ...pointRow(accountId, clock.now()), vault_id: vault.id, ...point };
      await db.transaction().execute((tx) => insertRecoveryPoint(tx, row));
      return row.arn;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

interface Registration {
  readonly service: string;
  readonly typeName: string;
  readonly resourceType: string;
  readonly accountId: string;
  readonly region: string;
  readonly path: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
}

const DIRECTORY = {
  service: 'elasticfilesystem',
  typeName: 'Holdfast::FileSystem::Directory',
  resourceType: 'EFS',
} as const;
const DATABASE = { service: 'rds', typeName: 'Holdfast::Database::PostgreSQL', resourceType: 'RDS' } as const;

function vaultRowOf(accountId: string, name: string, now: number) {
  const id = uuid(systemRandom);
  return {
    id,
    account_id: accountId,
    region: REGION,
    name,
    state: 'AVAILABLE',
    encryption_key_arn: `arn:aws:kms:${REGION}:${accountId}:key/${id}`,
    creator_request_id: null,
    created_at: now,
    storage: { kind: 'directory', path: '/nowhere' },
    repository_id: null,
    key_sealed: Buffer.of(1),
    last_pruned_at: null,
    prune_due_at: null,
  } as const;
}

function pointRow(accountId: string, now: number) {
  return {
    account_id: accountId,
    region: REGION,
    source_vault_arn: null,
    resource_arn: `arn:aws:elasticfilesystem:${REGION}:${accountId}:file-system/fs-1`,
    resource_type: 'EFS',
    resource_name: 'one',
    status: 'COMPLETED',
    status_message: null,
    iam_role_arn: roleArnOf(accountId),
    created_by: null,
    created_at: now,
    initiated_at: now,
    completed_at: now,
    size_bytes: 1_024,
    lifecycle: null,
    delete_at: null,
    move_to_cold_at: null,
    last_restored_at: null,
    snapshot_id: 'a'.repeat(64),
    restore_metadata: { 'file-system-id': 'fs-1' },
    copied_from_arn: null,
    lease_until: null,
  } as const;
}

/** What a call fails with: the exception's name, message and the body's further members. */
export async function failureOf(call: Promise<unknown>): Promise<Record<string, unknown>> {
  const error: unknown = await call.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  const { name, message, Code, Context } = error as Record<string, unknown>;
  return {
    name,
    message,
    ...(Code !== undefined && { Code }),
    ...(Context !== undefined && { Context }),
  };
}
