/**
 * Registered resources, through the Cloud Control API: each request is followed until it has succeeded or failed.
 *
 * Not here: which properties a type has (the server checks them), how they are asked for (commands/resource-*.ts).
 */
import type { CloudControlClient, ProgressEvent } from '@aws-sdk/client-cloudcontrol';
import { Failure } from '../output/failure.ts';
import { pause } from '../waiting.ts';

export const DIRECTORY_TYPE = 'Holdfast::FileSystem::Directory';
export const POSTGRESQL_TYPE = 'Holdfast::Database::PostgreSQL';
export const RESOURCE_TYPES = [DIRECTORY_TYPE, POSTGRESQL_TYPE] as const;
export type ResourceTypeName = (typeof RESOURCE_TYPES)[number];

export interface RegisteredResource {
  readonly typeName: ResourceTypeName;
  readonly identifier: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

const POLL_MS = 200;
const POLLS_MAX = 300;

export async function createResource(
  client: CloudControlClient,
  typeName: ResourceTypeName,
  desiredState: Readonly<Record<string, unknown>>,
): Promise<RegisteredResource> {
  const { CreateResourceCommand } = await import('@aws-sdk/client-cloudcontrol');
  const started = await client.send(
    new CreateResourceCommand({ TypeName: typeName, DesiredState: JSON.stringify(desiredState) }),
  );
  const identifier = await finished(client, started.ProgressEvent);
  return readResource(client, typeName, identifier);
}

export async function readResource(
  client: CloudControlClient,
  typeName: ResourceTypeName,
  identifier: string,
): Promise<RegisteredResource> {
  const { GetResourceCommand } = await import('@aws-sdk/client-cloudcontrol');
  const { ResourceDescription: found } = await client.send(
    new GetResourceCommand({ TypeName: typeName, Identifier: identifier }),
  );
  return { typeName, identifier, properties: propertiesOf(found?.Properties) };
}

export async function deleteResource(
  client: CloudControlClient,
  typeName: ResourceTypeName,
  identifier: string,
): Promise<void> {
  const { DeleteResourceCommand } = await import('@aws-sdk/client-cloudcontrol');
  const started = await client.send(new DeleteResourceCommand({ TypeName: typeName, Identifier: identifier }));
  await finished(client, started.ProgressEvent);
}

/** All resources of the types, or of all types. */
export async function listResources(
  client: CloudControlClient,
  typeNames: readonly ResourceTypeName[] = RESOURCE_TYPES,
): Promise<RegisteredResource[]> {
  const { paginateListResources } = await import('@aws-sdk/client-cloudcontrol');
  const resources: RegisteredResource[] = [];
  for (const typeName of typeNames) {
    for await (const page of paginateListResources({ client }, { TypeName: typeName })) {
      for (const found of page.ResourceDescriptions ?? []) {
        resources.push({ typeName, identifier: found.Identifier ?? '', properties: propertiesOf(found.Properties) });
      }
    }
  }
  return resources;
}

/**
 * The type of the resource that is called so; identifiers of the two types never look alike, but nothing relies on
 * it.
 */
export async function typeOf(client: CloudControlClient, identifier: string): Promise<ResourceTypeName> {
  const { ResourceNotFoundException } = await import('@aws-sdk/client-cloudcontrol');
  for (const typeName of RESOURCE_TYPES) {
    try {
      await readResource(client, typeName, identifier);
      return typeName;
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error;
    }
  }
  throw new Failure(`There is no resource '${identifier}' in this account and region.`, {
    advice: 'holdfast resource list shows those there are; --account and --region say where to look.',
  });
}

async function finished(client: CloudControlClient, started: ProgressEvent | undefined): Promise<string> {
  const { GetResourceRequestStatusCommand } = await import('@aws-sdk/client-cloudcontrol');
  let event = started;
  for (let polls = 0; polls < POLLS_MAX; polls++) {
    if (event?.OperationStatus === 'SUCCESS') return event.Identifier ?? '';
    if (event?.OperationStatus === 'FAILED' || event?.OperationStatus === 'CANCEL_COMPLETE') {
      throw new Failure(event.StatusMessage ?? `The request ended as ${event.OperationStatus}.`, {
        where: `${event.TypeName ?? ''}${event.ErrorCode ? `, ${event.ErrorCode}` : ''}`,
      });
    }
    await pause(POLL_MS);
    const answer = await client.send(new GetResourceRequestStatusCommand({ RequestToken: event?.RequestToken ?? '' }));
    event = answer.ProgressEvent;
  }
  throw new Failure('The request did not end in a minute.', { where: event?.RequestToken ?? '' });
}

function propertiesOf(text: string | undefined): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(text ?? '{}');
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
