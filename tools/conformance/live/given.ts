/**
 * What recordings say of the state they were made in, in words, and how it is brought about.
 *
 * A sentence is understood clause by clause; one that nobody understands makes its case a skipped one, with the words.
 */
import { systemRandom } from '@holdfast/kernel';
import { newPolicyId } from '../../../packages/server/src/services/organizations/ids.ts';
import { insertPolicy } from '../../../packages/server/src/store/organizations-policies.ts';
import { send } from '../../../packages/server/src/testing/organization.ts';
import { type CallCase, type EffectiveCase, nameIn } from '../cases.ts';
import * as state from './state.ts';
import { idOf, type World } from './world.ts';

type Bring = (world: World, words: RegExpExecArray, effective: ReadonlyMap<string, EffectiveCase>) => Promise<unknown>;

const SAYS_NOTHING: Bring = async () => undefined;
const tagPoliciesOnRootAndMember: Bring = async (world) => {
  await state.enable(world, 'TAG_POLICY');
  if (world.standIns.has('P0')) return;
  await state.attachNew(world, 'P0', 'TAG_POLICY', { tags: { k: {} } }, world.org.rootId);
  await state.attachNew(world, 'P2', 'TAG_POLICY', { tags: { l: {} } }, world.memberId);
  await world.org.publish();
};

/** By the words of a clause; the first that fits counts. */
const CLAUSES: readonly (readonly [words: RegExp, bring: Bring])[] = [
  [/^only SERVICE_CONTROL_POLICY enabled/, disableAllButServiceControl],
  [/^(?<type>[A-Z_]+) not enabled/, (world, { groups }) => state.disable(world, groups?.['type'] ?? '')],
  [/^(?<type>[A-Z_]+) enabled$/, (world, { groups }) => state.enable(world, groups?.['type'] ?? '')],
  [/^SERVICE_CONTROL_POLICY and TAG_POLICY enabled/, (world) => state.enable(world, 'TAG_POLICY')],
  [/^no tag policy attached anywhere/, SAYS_NOTHING],
  [/^tag policies attached to the root and to the member/, tagPoliciesOnRootAndMember],
  [/^(?:the state of|as) (?<id>\S+)$/, arrangeCase],
  [/^after (?<id>tag-required-member)$/, arrangeCase],
  [/^P3 and P4 detached/, detach('P3', 'P4')],
  [/^no resource policy/, (world) => state.deleteResourcePolicy(world)],
  [/^a resource policy exists/, (world) => state.putResourcePolicy(world)],
  [/^the organization has this resource policy/, SAYS_NOTHING],
  [/delegated administrator of account\.amazonaws\.com|is its delegated administrator|^registered/, state.register],
  [/(?:not|de)\s?registered|not a registered/, state.deregister],
  [/^trusted access of account\.amazonaws\.com not enabled/, state.endTrust],
  [/^5 accounts in the organization/, SAYS_NOTHING],
  [/^P1 is attached to U1/, attachFirstPolicy],
  [/^P1 was deleted/, deleteFirstPolicy],
  [/^the OU was deleted/, deletedUnit],
  [/^OU name n1/, firstNames],
  [
    /^(?<id>h-\d{8}) (?<state>OPEN|ACCEPTED|DECLINED|CANCELED)/,
    (world, { groups }) => state.needHandshake(world, groups?.['id'] ?? '', groups?.['state'] as 'OPEN'),
  ],
  [/^some seconds after create-initial/, ({ org }) => org.server.tick('accounts')],
  [/^P10 attached a moment ago on top of backup-inherited-incomplete/, attachOnTop],
  [/^report of backup-later/, ({ org }) => org.publish()],
  [/^update with Content only/, policyToUpdate],
  [/^resource policy with tags? /, taggedResourcePolicy],
  [/^after put-with-tags/, SAYS_NOTHING],
  [/^(?:identity policy of the|session policy allows|caller is an assumed role)/, SAYS_NOTHING],
  [
    /^(?:the grant (?:still )?names|policy name n1|account 111111111111 directly under|U1 is directly under|U2 under U1)/,
    SAYS_NOTHING,
  ],
  [/^(?:FeatureSet of the organization is ALL|account is already a member|account not in the)/, SAYS_NOTHING],
  [/^(?:no handshakes|no open handshake|the email (?:address )?is that of|the caller is already in)/, SAYS_NOTHING],
  [
    /^(?:the former report|with its former|read from the probe|the policy has a name|description initial|team=v)/,
    SAYS_NOTHING,
  ],
  // The rest of a list of actions.
  [/^[A-Z][a-z]+[A-Za-z]+(?: on \*)?$/, SAYS_NOTHING],
];

/** Of recordings that tell of no state, though there was one. */
const UNTOLD: Readonly<Record<string, (world: World) => Promise<unknown>>> = {
  'organizations_backup_rollover/read-after-occurrence': policyFromThePast,
  'organizations_delegation_authority/grant': renamedPolicy,
  'organizations_inputs/ou-name-129': async (world) =>
    send(world.org.client, 'UpdateOrganizationalUnit', {
      OrganizationalUnitId: idOf(world, 'U1'),
      Name: 'é'.repeat(128),
    }),
  'organizations_inputs/untag-unknown-key': async (world) =>
    send(world.org.client, 'UntagResource', { ResourceId: idOf(world, 'U1'), TagKeys: ['first'] }),
  'organizations_inputs/tag-second-key-129': async (world) =>
    send(world.org.client, 'TagResource', {
      ResourceId: idOf(world, 'U1'),
      Tags: [{ Key: 'é'.repeat(128), Value: 'é'.repeat(256) }],
    }),
  'organizations_inputs/policy-content-empty': async (world) =>
    send(world.org.client, 'UpdatePolicy', { PolicyId: idOf(world, 'P1'), Name: 'n1' }),
  'organizations_access/create-ou-output': async ({ standIns }) => standIns.delete('ou-exam-00000001'),
  'organizations_inputs/paths/parent-create': withoutFirstUnit,
  'organizations_resource_policy/enforcement/resource-and-identity-grant': describedPolicy,
};

/** Brings about what the case was given. Returns the clause that nobody understands, if there is one. */
export async function bringAbout(
  world: World,
  call: CallCase,
  effective: ReadonlyMap<string, EffectiveCase>,
): Promise<string | undefined> {
  const clauses = (call.given ?? '').split(/[;:,] /).filter((clause) => clause !== '');
  for (const clause of clauses) {
    const found = CLAUSES.map(([words, bring]) => ({ match: words.exec(clause), bring })).find(({ match }) => match);
    if (!found?.match) return clause;
    await found.bring(world, found.match, effective);
  }
  await makeNamed(world, call);
  await UNTOLD[call.id]?.(world);
  return undefined;
}

/** Units and policies that the input names and no earlier call made. */
async function makeNamed(world: World, { input, resourcePolicy }: CallCase): Promise<void> {
  const named = `${JSON.stringify(input)}${JSON.stringify(resourcePolicy ?? {})}`;
  for (const [standIn] of named.matchAll(/\b(?:U\d+|P\d+|RP\d+)\b/g)) {
    if (world.standIns.has(standIn)) continue;
    if (standIn.startsWith('RP')) world.standIns.set(standIn, await state.putResourcePolicy(world));
    else if (standIn.startsWith('U')) await state.needUnit(world, standIn);
    else await state.needPolicy(world, standIn);
  }
}

async function disableAllButServiceControl(world: World): Promise<void> {
  const others = (await state.enabledTypes(world)).filter((type) => type !== 'SERVICE_CONTROL_POLICY');
  for (const type of others) await state.disable(world, type);
}

async function arrangeCase(
  world: World,
  { groups }: RegExpExecArray,
  effective: ReadonlyMap<string, EffectiveCase>,
): Promise<void> {
  const id = groups?.['id'] ?? '';
  const found =
    effective.get(id) ?? [...effective.values()].find((one) => nameIn(one) === id) ?? without(id, effective);
  if (!found) throw new Error(`There is no effective case ${id}`);
  await state.arrange(world, found);
}

/** A state that is told of, of which only the one before it was recorded. */
function without(id: string, effective: ReadonlyMap<string, EffectiveCase>): EffectiveCase | undefined {
  const parent = effective.get(id.replace(/-child$/, '-parent'));
  const daily = { schedule_expression: { '@@assign': 'cron(0 5 ? * * *)' } };
  const content = JSON.stringify({ plans: { 'plan-a': { rules: { daily } } } });
  return parent && { ...parent, levels: [...parent.levels, { at: 'account', policies: [{ name: 'P2', content }] }] };
}

function detach(...standIns: readonly string[]): Bring {
  return async (world) => {
    for (const PolicyId of standIns.map((one) => idOf(world, one))) {
      const { Targets } = (await send(world.org.client, 'ListTargetsForPolicy', { PolicyId })) as {
        Targets: { TargetId: string }[];
      };
      for (const { TargetId } of Targets) await send(world.org.client, 'DetachPolicy', { PolicyId, TargetId });
    }
    await world.org.publish();
  };
}

async function attachFirstPolicy(world: World): Promise<void> {
  await world.org.attach(await state.needPolicy(world, 'P1'), await state.needUnit(world, 'U1'));
}

async function deleteFirstPolicy(world: World): Promise<void> {
  await send(world.org.client, 'DeletePolicy', { PolicyId: await state.needPolicy(world, 'P1') });
}

async function deletedUnit(world: World): Promise<void> {
  const OrganizationalUnitId = await state.needUnit(world, 'ou-exam-00000001', 'deleted');
  await send(world.org.client, 'DeleteOrganizationalUnit', { OrganizationalUnitId });
}

async function withoutFirstUnit({ org, standIns }: World): Promise<void> {
  const OrganizationalUnitId = standIns.get('U1');
  if (OrganizationalUnitId === undefined) return;
  await send(org.client, 'DeleteOrganizationalUnit', { OrganizationalUnitId });
  standIns.delete('U1');
}

async function firstNames(world: World): Promise<void> {
  const OrganizationalUnitId = await state.needUnit(world, 'U1');
  const PolicyId = await state.needPolicy(world, 'P1');
  await send(world.org.client, 'UpdateOrganizationalUnit', { OrganizationalUnitId, Name: 'n1' });
  await send(world.org.client, 'UpdatePolicy', { PolicyId, Name: 'n1', Description: 'initial' });
}

async function attachOnTop(
  world: World,
  _words: RegExpExecArray,
  effective: ReadonlyMap<string, EffectiveCase>,
): Promise<void> {
  const before = effective.get('organizations_policy_validation/backup-inherited-incomplete');
  if (!before) throw new Error('The case that this one stands on is not among the cases');
  await state.arrange(world, before);
  const rule = { weekly: { target_backup_vault_name: { '@@assign': 'validation-vault' } } };
  await state.attachNew(world, 'P10', 'BACKUP_POLICY', { plans: { daily: { rules: rule } } }, world.memberId);
}

async function policyToUpdate({ org, standIns }: World): Promise<void> {
  standIns.set('P11', await org.policy('BACKUP_POLICY', { plans: {} }, 'P11 of the recording'));
}

async function taggedResourcePolicy(world: World): Promise<void> {
  world.standIns.set('RP1', await state.putResourcePolicy(world));
}

async function renamedPolicy(world: World): Promise<void> {
  const PolicyId = await state.needPolicy(world, 'P1');
  const Content = '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';
  await send(world.org.client, 'UpdatePolicy', { PolicyId, Name: 'n3', Description: 'd', Content });
}

async function describedPolicy(world: World): Promise<void> {
  const PolicyId = await state.needPolicy(world, 'P1');
  await send(world.org.client, 'UpdatePolicy', { PolicyId, Description: 'd' });
}

/** Admitted when it was sent; at any later time its schedule would be refused, so it cannot be made through the API. */
async function policyFromThePast({ org, standIns }: World): Promise<void> {
  const id = newPolicyId(systemRandom);
  standIns.set('POLICY_ID', id);
  const policy = { id, organizationId: org.id, type: 'BACKUP_POLICY', name: 'policy-a' } as const;
  const content =
    '{"plans": {"daily": {"rules": {"daily": {"schedule_expression": {"@@assign": "cron(44,46 8 ? * * *)"}}}}}}';
  await org.server.installation.db
    .transaction()
    .execute((tx) => insertPolicy(tx, { ...policy, description: 'Before schedule occurrence', content }, 0));
}
