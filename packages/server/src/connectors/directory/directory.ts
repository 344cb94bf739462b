/**
 * Directories on the agent's host, as EFS file systems: backed up by restic reading them, restored beside their place
 * and moved into it when complete.
 *
 * Restore as EFS does it (backup spec 9.1, 9.2): into a new folder `aws-backup-restore_<time>` inside the file
 * system, or, with `newFileSystem=true`, as a new directory that is registered as a file system of its own.
 * Holdfast's own metadata: `holdfast:path`, where the new directory is to be (default: beside the source).
 */
import { realpath, stat } from 'node:fs/promises';
import { type Connector, ConnectorFailure, fileFaultOf, type ResourceRef, type Source } from '@holdfast/connector-kit';
import { formatArn } from '@holdfast/kernel';
import { pathFault, pathOf } from './path-property.ts';
import { planDirectoryRestore } from './restore.ts';

export const TYPE_NAME = 'Holdfast::FileSystem::Directory';
const IDENTIFIER_BYTES = 9;
const IDENTIFIER_DIGITS = 17;

export const directory: Connector = {
  typeName: TYPE_NAME,
  resourceType: 'EFS',
  description: 'A directory with all that is below it.',
  can: { restoreItems: true, restoreIntoExisting: true },
  roleActions: { backup: ['elasticfilesystem:Backup'], restore: ['elasticfilesystem:Restore'] },
  identifierProperty: 'FileSystemId',
  properties: {
    FileSystemId: {
      type: 'string',
      createOnly: true,
      description: 'fs- and 8 to 40 hexadecimal digits; made when it is left out.',
      fault: (value) => (/^fs-[0-9a-f]{8,40}$/.test(value) ? undefined : 'be fs- and 8 to 40 of 0-9 and a-f'),
    },
    Path: {
      type: 'string',
      required: true,
      description: 'The absolute path of the directory on the host.',
      fault: pathFault,
    },
    Name: { type: 'string', description: 'A name for lists.' },
  },
  newIdentifier: (random) =>
    `fs-${Buffer.from(random.bytes(IDENTIFIER_BYTES)).toString('hex').slice(0, IDENTIFIER_DIGITS)}`,
  arnOf: (accountId, region, identifier) =>
    formatArn({ service: 'elasticfilesystem', region, accountId, resource: `file-system/${identifier}` }),
  nameOf: (properties) => (typeof properties['Name'] === 'string' ? properties['Name'] : undefined),
  placesOf: (properties) => [String(properties['Path'])],
  source: (resource) => sourceOf(resource),
  restoreMetadata: (resource) => ({
    'file-system-id': resource.identifier,
    Encrypted: 'false',
    PerformanceMode: 'generalPurpose',
    newFileSystem: 'false',
    'holdfast:source-path': pathOf(resource),
  }),
  planRestore: planDirectoryRestore,
};

async function sourceOf(resource: ResourceRef): Promise<Source> {
  const registered = pathOf(resource);
  try {
    const folder = await realpath(registered);
    if ((await stat(folder)).isDirectory()) return { kind: 'directory', folder };
  } catch (cause) {
    throw new ConnectorFailure(
      `The directory ${registered} cannot be read: ${fileFaultOf(cause)?.why ?? String(cause)}.`,
      {
        category: 'RESOURCE_NOT_FOUND',
        cause,
      },
    );
  }
  throw new ConnectorFailure(`${registered} is not a directory.`, { category: 'INVALID_STATE' });
}
