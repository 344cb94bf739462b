/** A registered resource as Cloud Control shows it: the desired state without its secrets, the tags, and the ARN. */
import type { ResourceDescription } from '@aws-sdk/client-cloudcontrol';
import { resourceSecretsContext } from '../../secrets/contexts.ts';
import type { Sealer } from '../../secrets/sealer.ts';
import type { ResourceRow } from '../../store/resources.ts';

export function describe(row: ResourceRow): ResourceDescription {
  return { Identifier: row.identifier, Properties: JSON.stringify({ ...modelOf(row), Arn: row.arn }) };
}

/** What an UpdateResource patch changes. */
export function modelOf(row: ResourceRow): Record<string, unknown> {
  const tags = Object.entries(row.tags).map(([Key, Value]) => ({ Key, Value }));
  return { ...row.properties, ...(tags.length > 0 && { Tags: tags }) };
}

export function sealedSecrets(
  sealer: Sealer,
  arn: string,
  secrets: Readonly<Record<string, string>>,
): Buffer | undefined {
  return Object.keys(secrets).length === 0
    ? undefined
    : sealer.seal(JSON.stringify(secrets), resourceSecretsContext(arn));
}

export function openedSecrets(sealer: Sealer, row: ResourceRow): Record<string, unknown> {
  if (row.secrets_sealed === null) return {};
  const value: unknown = JSON.parse(sealer.open(row.secrets_sealed, resourceSecretsContext(row.arn)).toString('utf8'));
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
