/**
 * The JSON Schema of `holdfast-org.json`. The file `holdfast-org.schema.json` beside this package's sources is this
 * table as text, and a test holds both and the types of snapshot.ts together.
 *
 * Written in the part of JSON Schema that check-json.ts reads.
 */
import type { JsonSchema } from '../json/check-json.ts';
import { POLICY_TYPES } from '../policy-types.ts';
import { SNAPSHOT_FORMAT, SNAPSHOT_VERSION } from './snapshot.ts';

const text = { type: 'string' } as const;
const name = { type: 'string', minLength: 1 } as const;
const accountId = { type: 'string', pattern: '^[0-9]{12}$', description: 'Twelve digits' } as const;
const region = { type: 'string', pattern: '^[a-z0-9-]+$', description: 'Such as us-east-1' } as const;
const tags = { type: 'object', additionalProperties: text, description: 'Values by tag key' } as const;
const policyType = { type: 'string', enum: Object.keys(POLICY_TYPES) } as const;
const days = { type: 'integer', minimum: 1 } as const;

function record(properties: JsonSchema['properties'], required: readonly string[], description?: string): JsonSchema {
  return {
    type: 'object',
    ...(description === undefined ? {} : { description }),
    properties: properties ?? {},
    required,
    additionalProperties: false,
  };
}

function listOf(items: JsonSchema, description?: string): JsonSchema {
  return { type: 'array', ...(description === undefined ? {} : { description }), items };
}

const source = record(
  { readAt: text, endpoint: text, notes: listOf(text, 'What the source could not tell') },
  [],
  'When and where from the snapshot was read',
);

const root = record({ id: name, name: text, policyTypes: listOf(policyType, 'Enabled on the root'), tags }, ['id']);

const unit = record({ id: name, name, parentId: { ...name, description: 'The root or a unit' }, tags }, [
  'id',
  'name',
  'parentId',
]);

const account = record({ id: accountId, name, parentId: name, email: text, state: text, tags }, [
  'id',
  'name',
  'parentId',
]);

const policy = record(
  {
    id: name,
    name,
    type: policyType,
    description: text,
    awsManaged: { type: 'boolean' },
    content: { type: 'string', description: 'The document as stored, to the character' },
    tags,
  },
  ['id', 'name', 'type', 'content'],
);

const attachments = record(
  {
    targetId: name,
    policyIds: listOf(name, 'Those of one type in the order in which they were attached, as far as order says'),
    order: {
      type: 'string',
      enum: ['attachment', 'unknown'],
      description: 'unknown: the source does not tell in which order the policies were attached',
    },
  },
  ['targetId', 'policyIds', 'order'],
);

const vault = record({ accountId, region, name, minRetentionDays: days, maxRetentionDays: days }, [
  'accountId',
  'region',
  'name',
]);

const resource = record({ arn: name, accountId, region, tags }, ['arn', 'accountId', 'region']);

export const SNAPSHOT_SCHEMA: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Snapshot of an organization (holdfast-org.json)',
  ...record(
    {
      $schema: text,
      format: { type: 'string', enum: [SNAPSHOT_FORMAT] },
      version: { type: 'integer', enum: [SNAPSHOT_VERSION] },
      source,
      organizationId: name,
      managementAccountId: accountId,
      root,
      organizationalUnits: listOf(unit),
      accounts: listOf(account),
      policies: listOf(policy),
      attachments: listOf(attachments, 'At most one entry for each root, unit and account'),
      vaults: listOf(vault, 'All vaults of all accounts; absent if not known'),
      roles: listOf(name, 'ARNs of all roles of all accounts; absent if not known'),
      resources: listOf(resource, 'All resources; absent if not known'),
    },
    ['format', 'version', 'organizationId', 'root', 'organizationalUnits', 'accounts', 'policies', 'attachments'],
  ),
};
