import type { OrganizationsClient } from '@aws-sdk/client-organizations';
import { systemRandom } from '@holdfast/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newPolicyId } from '../../packages/server/src/services/organizations/ids.ts';
import { organizationsService } from '../../packages/server/src/services/organizations/service.ts';
import { insertPolicy } from '../../packages/server/src/store/organizations-policies.ts';
import { assumeRole } from '../../packages/server/src/testing/assume-role.ts';
import { send, type TestOrganization, testOrganization, text } from '../../packages/server/src/testing/organization.ts';
import {
  answerOf,
  comparable,
  type RecordedCall,
  recorded,
  recordedCalls,
  recordedFiles,
  recordedLevels,
  replaced,
} from './recorded-calls.ts';

const FULL = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
const IMPLEMENTED = new Set(organizationsService.operations().flatMap((one) => (one.implemented ? [one.name] : [])));

/** One organization and what the recordings' stand-ins are in it. */
interface World {
  readonly org: TestOrganization;
  readonly member: string;
  readonly standIns: Map<string, string>;
}

async function newWorld(): Promise<World> {
  const org = await testOrganization();
  const member = await org.account('member');
  const standIns = new Map([
    ['o-exampleorgid', org.id],
    ['r-example', org.rootId],
    ['111111111111', org.managementId],
    ['222222222222', member],
  ]);
  return { org, member, standIns };
}

const PUT_ONLY = [
  {
    Effect: 'Allow',
    Action: 'organizations:PutResourcePolicy',
    Resource: 'arn:aws:organizations::111111111111:resourcepolicy/o-exampleorgid/*',
  },
];

/** The caller's permissions where a recording tells them in words. */
const PERMISSIONS: Readonly<Record<string, readonly object[]>> = {
  'organizations_delegation_writes/put-only-without-tags': PUT_ONLY,
  'organizations_delegation_writes/put-only-with-initial-tags': PUT_ONLY,
};

/** A session that may do what the recording says. */
async function sessionClient(
  { org, member, standIns }: World,
  { id, caller, sessionPolicy, sessionCondition, identityStatements }: RecordedCall,
): Promise<OrganizationsClient> {
  const account = caller === 'management' ? org.server.management : await org.server.adminOf(member);
  const statement = { Effect: 'Allow', Action: 'organizations:*', Resource: '*', Condition: sessionCondition };
  const Statement = identityStatements ?? PERMISSIONS[id] ?? [statement];
  const policy = replaced(sessionPolicy ?? { Version: '2012-10-17', Statement }, standIns);
  return org.clientOf(await assumeRole(org.server, account, policy));
}

async function clientFor(world: World, recording: RecordedCall): Promise<OrganizationsClient> {
  const { sessionPolicy, sessionCondition, resourcePolicy, identityStatements } = recording;
  const isNarrow =
    sessionPolicy ?? sessionCondition ?? resourcePolicy ?? identityStatements ?? PERMISSIONS[recording.id];
  if (isNarrow) return sessionClient(world, recording);
  return recording.caller === 'management' ? world.org.client : world.org.memberClient(world.member);
}

function inputOf({ standIns }: World, { input }: RecordedCall): object {
  const sent = replaced(input, standIns);
  // Where the text itself was not recorded.
  return 'Content' in sent && sent.Content === '<valid document>' ? { ...sent, Content: '{"plans":{}}' } : sent;
}

async function putResourcePolicy({ org, standIns }: World, policy: object): Promise<void> {
  await send(org.client, 'PutResourcePolicy', { Content: JSON.stringify(replaced(policy, standIns)) });
}

async function expectAsRecorded(world: World, recording: RecordedCall): Promise<void> {
  if (recording.resourcePolicy) await putResourcePolicy(world, recording.resourcePolicy);
  const client = await clientFor(world, recording);
  const answer = await answerOf(send(client, recording.action, inputOf(world, recording)));
  expect(answer).toMatchObject(recorded(recording));
  noteNewIds(world, recording, answer.output);
  const { output, outputContains, outputCounts, sameAs, after } = replaced(recording.expect, world.standIns);
  if (output) expect(comparable(answer.output, output)).toEqual(comparable(output));
  if (outputContains) expect(comparable(answer.output)).toMatchObject({ ...(comparable(outputContains) as object) });
  for (const [member, count] of Object.entries(outputCounts ?? {})) {
    expect((answer.output as Record<string, unknown>)[member]).toHaveLength(count);
  }
  if (sameAs) expect(answer.output).toMatchObject(await readByManagement(world, recording));
  if (after) expect(await readAfter(world, recording)).toMatchObject(after);
}

interface Made {
  readonly OrganizationalUnit?: { readonly Id?: string; readonly Path?: string };
  readonly CreateAccountStatus?: { readonly Id?: string };
  readonly Policy?: { readonly PolicySummary?: { readonly Id?: string } };
  readonly Handshake?: { readonly Id?: string };
  readonly ResourcePolicy?: { readonly ResourcePolicySummary?: { readonly Id?: string } };
}

/** What a recording made has a stand-in in its answer. */
function noteNewIds(
  { standIns }: World,
  { expect: { output, outputContains } }: RecordedCall,
  answer: object = {},
): void {
  const [wanted, real] = [output ?? outputContains ?? {}, answer].map((one) => one as Made);
  const policy = wanted?.Policy?.PolicySummary?.Id;
  if (policy === 'P1') standIns.set(policy, text(real?.Policy?.PolicySummary?.Id));
  const handshake = wanted?.Handshake?.Id;
  if (handshake?.startsWith('h-0')) standIns.set(handshake, text(real?.Handshake?.Id));
  const resourcePolicy = wanted?.ResourcePolicy?.ResourcePolicySummary?.Id;
  if (resourcePolicy !== undefined) standIns.set(resourcePolicy, text(real?.ResourcePolicy?.ResourcePolicySummary?.Id));
  const unit = wanted?.OrganizationalUnit;
  const unitId = unit?.Id ?? unit?.Path?.split('/').at(-2);
  if (unitId !== undefined && !standIns.has(unitId)) standIns.set(unitId, text(real?.OrganizationalUnit?.Id));
  const request = wanted?.CreateAccountStatus?.Id;
  if (request !== undefined) standIns.set(request, text(real?.CreateAccountStatus?.Id));
}

/** What the management account reads of the member at the same moment. */
async function readByManagement({ org, member }: World, { action, input }: RecordedCall): Promise<object> {
  const { $metadata: _metadata, ...output } = {
    $metadata: undefined,
    ...(await send(org.client, action, { ...input, TargetId: member })),
  };
  return output;
}

async function readAfter({ org, standIns }: World, { action }: RecordedCall): Promise<object> {
  const unit = standIns.get('U1');
  if (action.endsWith('Resource')) return send(org.client, 'ListTagsForResource', { ResourceId: unit });
  if (action.endsWith('Policy')) {
    const { Policy } = (await send(org.client, 'DescribePolicy', { PolicyId: standIns.get('P1') })) as {
      Policy: { PolicySummary: object };
    };
    return Policy.PolicySummary;
  }
  return (
    (await send(org.client, 'DescribeOrganizationalUnit', { OrganizationalUnitId: unit })) as {
      OrganizationalUnit: object;
    }
  ).OrganizationalUnit;
}

/** What has to be done before a recording: by its id, or by the id's beginning for the first of several. */
type Preparations = Readonly<Record<string, (world: World) => Promise<void>>>;

const policyWith = async (
  { org, standIns }: World,
  standIn: string,
  type: 'BACKUP_POLICY' | 'TAG_POLICY',
  content: unknown,
  target: string,
): Promise<void> => {
  const id = await org.policy(type, content);
  standIns.set(standIn, id);
  await org.attach(id, target);
};

const requiredTags = (from: number, to: number): unknown => ({
  tags: Object.fromEntries(
    Array.from({ length: to - from }, (_, n) => [
      `k-${from + n}`,
      { report_required_tag_for: { '@@assign': ['ec2:instance'] } },
    ]),
  ),
});
const startWindow = { plans: { daily: { rules: { daily: { start_backup_window_minutes: { '@@assign': '60' } } } } } };

const ANY_RESOURCE_POLICY = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: '222222222222' }, Action: 'organizations:ListRoots', Resource: '*' },
  ],
};

const FILES: Readonly<Record<string, Preparations>> = {
  organizations_access: {
    'deleted-ou-describe': async ({ org, standIns }) => {
      const id = await org.unit('deleted');
      await send(org.client, 'DeleteOrganizationalUnit', { OrganizationalUnitId: id });
      standIns.set('ou-exam-00000001', id);
    },
    'create-ou-output': async ({ standIns }) => {
      standIns.delete('ou-exam-00000001');
    },
  },
  organizations_access_metadata_20260927: {},
  organizations_account_creation: {
    'create-initial': async ({ standIns }) => {
      standIns.set('management@example.test', 'management@example.test');
    },
    'describe-failed': ({ org }) => org.server.tick('accounts'),
  },
  organizations_backup_copy_duplicates: {
    'report-with-error-output': async (world) => {
      await world.org.enable('BACKUP_POLICY');
      const parent = recordedLevels('organizations_backup_copy_duplicates', 'copy-identical-errors-parent')[0];
      await policyWith(world, 'P1', 'BACKUP_POLICY', parent?.policies[0]?.content, world.org.rootId);
      const daily = { schedule_expression: { '@@assign': 'cron(0 5 ? * * *)' } };
      await policyWith(world, 'P2', 'BACKUP_POLICY', { plans: { 'plan-a': { rules: { daily } } } }, world.member);
      await world.org.publish();
    },
    'report-without-error-output': async (world) => {
      await send(world.org.client, 'DetachPolicy', { PolicyId: world.standIns.get('P2'), TargetId: world.member });
      await world.org.publish();
    },
  },
  organizations_backup_rollover: {
    // Admitted when it was sent; at any later time the schedule would be refused.
    'read-after-occurrence': async ({ org, standIns }) => {
      const id = newPolicyId(systemRandom);
      standIns.set('POLICY_ID', id);
      const policy = { id, organizationId: org.id, type: 'BACKUP_POLICY', name: 'policy-a' } as const;
      const content =
        '{"plans": {"daily": {"rules": {"daily": {"schedule_expression": {"@@assign": "cron(44,46 8 ? * * *)"}}}}}}';
      const { db } = org.server.installation;
      await db
        .transaction()
        .execute((tx) => insertPolicy(tx, { ...policy, description: 'Before schedule occurrence', content }, 0));
    },
  },
  organizations_delegation_authority: {
    'member-without-delegation': async ({ org, standIns }) => {
      for (const name of ['three', 'four', 'five']) await org.account(name);
      standIns.set('P1', await org.policy('SERVICE_CONTROL_POLICY', FULL));
    },
    'trusted-list-without-resource-policy': async ({ org, member }) => {
      const ServicePrincipal = 'account.amazonaws.com';
      await send(org.client, 'EnableAWSServiceAccess', { ServicePrincipal });
      await send(org.client, 'RegisterDelegatedAdministrator', { ServicePrincipal, AccountId: member });
    },
    'deregistered-resource-policy-denies-read': async ({ org, member }) => {
      const registration = { ServicePrincipal: 'account.amazonaws.com', AccountId: member };
      await send(org.client, 'DeregisterDelegatedAdministrator', registration);
    },
    grant: async ({ org, standIns }) => {
      const Content = '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
      await send(org.client, 'UpdatePolicy', { PolicyId: standIns.get('P1'), Name: 'n3', Description: 'd', Content });
    },
    'transition/deregister': async ({ org, member }) => {
      const registration = { ServicePrincipal: 'account.amazonaws.com', AccountId: member };
      await send(org.client, 'RegisterDelegatedAdministrator', registration);
    },
    'transition/delete-resource-policy': (world) => putResourcePolicy(world, ANY_RESOURCE_POLICY),
    'transition/enable': async ({ org }) => {
      await send(org.client, 'DisableAWSServiceAccess', { ServicePrincipal: 'account.amazonaws.com' });
    },
  },
  organizations_delegation_writes: {
    'put-only-with-initial-tags': async ({ org }) => {
      await send(org.client, 'DeleteResourcePolicy', {});
    },
    'tag-resource-policy': async (world) => {
      await putResourcePolicy(world, ANY_RESOURCE_POLICY);
      const { ResourcePolicy } = (await send(world.org.client, 'DescribeResourcePolicy', {})) as Made;
      world.standIns.set('RP1', text(ResourcePolicy?.ResourcePolicySummary?.Id));
    },
    'attach-without-target-grant': async ({ org, standIns }) => {
      standIns.set('U1', await org.unit('unit'));
    },
    'delete-attached-policy': ({ org, standIns }) => org.attach(text(standIns.get('P1')), text(standIns.get('U1'))),
    'describe-deleted-policy': async ({ org, standIns }) => {
      await send(org.client, 'DeletePolicy', { PolicyId: standIns.get('P1') });
    },
  },
  organizations_effective_policy: {
    'enabled-management': async ({ org }) => {
      await org.enable('TAG_POLICY');
      await org.publish();
    },
    'member-explicit-effective': async (world) => {
      await policyWith(world, 'P0', 'TAG_POLICY', { tags: { k: {} } }, world.org.rootId);
      await policyWith(world, 'P2', 'TAG_POLICY', { tags: { l: {} } }, world.member);
      await world.org.publish();
    },
  },
  organizations_features: {},
  organizations_handshakes: {
    'missing-target': async ({ org, member, standIns }) => {
      const { Account } = (await send(org.client, 'DescribeAccount', { AccountId: member })) as {
        Account: { Email: string };
      };
      standIns.set('m@example.test', Account.Email);
      standIns.set('Management', 'management');
      standIns.set('exampleorgid', org.id.slice('o-'.length));
    },
    cancel: async ({ org, standIns }) => {
      const Target = { Type: 'EMAIL', Id: standIns.get('m@example.test') };
      const invitation = { Target, Notes: 'note' };
      const { Handshake } = (await send(org.client, 'InviteAccountToOrganization', invitation)) as Made;
      standIns.set('h-00000003', text(Handshake?.Id));
    },
  },
  organizations_inputs: {
    'ou-name': async ({ org, standIns }) => {
      standIns.set('U1', await org.unit('n1'));
      standIns.set('P1', await org.policy('SERVICE_CONTROL_POLICY', FULL, 'n1'));
      await send(org.client, 'UpdatePolicy', { PolicyId: standIns.get('P1'), Description: 'initial' });
    },
    'ou-name-129': async ({ org, standIns }) => {
      await send(org.client, 'UpdateOrganizationalUnit', {
        OrganizationalUnitId: standIns.get('U1'),
        Name: 'é'.repeat(128),
      });
    },
    'untag-unknown-key': async ({ org, standIns }) => {
      await send(org.client, 'UntagResource', { ResourceId: standIns.get('U1'), TagKeys: ['first'] });
    },
    'tag-second-key-129': async ({ org, standIns }) => {
      const Tags = [{ Key: 'é'.repeat(128), Value: 'é'.repeat(256) }];
      await send(org.client, 'TagResource', { ResourceId: standIns.get('U1'), Tags });
    },
    'policy-content-empty': async ({ org, standIns }) => {
      await send(org.client, 'UpdatePolicy', { PolicyId: standIns.get('P1'), Name: 'n1' });
    },
    'response/ou-empty-input': async ({ org, standIns }) => {
      await send(org.client, 'UpdateOrganizationalUnit', { OrganizationalUnitId: standIns.get('U1'), Name: 'n1' });
      await send(org.client, 'UpdatePolicy', { PolicyId: standIns.get('P1'), Name: 'n1', Description: 'initial' });
    },
    'paths/parent-create': async ({ org, standIns }) => {
      await send(org.client, 'DeleteOrganizationalUnit', { OrganizationalUnitId: standIns.get('U1') });
      standIns.delete('U1');
    },
  },
  organizations_resource_policy: {
    'enforcement/resource-and-identity-grant': async ({ org, standIns }) => {
      for (const name of ['three', 'four', 'five']) await org.account(name);
      const id = await org.policy('SERVICE_CONTROL_POLICY', FULL, 'n1');
      standIns.set('P1', id);
      await send(org.client, 'UpdatePolicy', { PolicyId: id, Description: 'd' });
    },
  },
  organizations_policy_validation: {
    'enable-tag': async () => undefined,
    'tag-required-member-report-shape': async (world) => {
      await policyWith(world, 'P3', 'TAG_POLICY', requiredTags(0, 40), world.org.rootId);
      await policyWith(world, 'P4', 'TAG_POLICY', requiredTags(40, 55), world.member);
      await world.org.publish();
    },
    'backup-later-before-publication': async (world) => {
      await policyWith(world, 'P6', 'BACKUP_POLICY', startWindow, world.org.rootId);
      await world.org.publish();
      const weekly = {
        plans: { daily: { rules: { weekly: { target_backup_vault_name: { '@@assign': 'validation-vault' } } } } },
      };
      await policyWith(world, 'P10', 'BACKUP_POLICY', weekly, world.member);
    },
    'max-one': ({ org }) => org.publish(),
    'update-output': async ({ org, standIns }) => {
      standIns.set('P11', await org.policy('BACKUP_POLICY', { plans: {} }, 'P11 of the recording'));
    },
  },
};

/** Files whose calls need what is not there yet. */
const LEFT_OUT: readonly string[] = [];

const shortId = ({ id }: RecordedCall): string => id.slice(id.indexOf('/') + 1);
const runnable = (recording: RecordedCall): boolean => IMPLEMENTED.has(recording.action);

describe.each(Object.keys(FILES))('%s', (file) => {
  let world: World;
  beforeAll(async () => {
    world = await newWorld();
  });
  afterAll(() => world.org[Symbol.asyncDispose]());

  const recordings = recordedCalls(file).filter(runnable);
  test.each(recordings.map((recording): [string, RecordedCall] => [shortId(recording), recording]))(
    '%s',
    async (id, recording) => {
      await FILES[file]?.[id]?.(world);
      await expectAsRecorded(world, recording);
    },
  );
});

test('no recorded call that could run is left out', () => {
  const left = recordedFiles().filter((file) => !(file in FILES) && recordedCalls(file).some(runnable));
  expect(left).toEqual(LEFT_OUT);
});
