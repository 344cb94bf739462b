/**
 * Statements of the recording project's notes. Those that cases show hold if the cases do; of the others each has its
 * proof here.
 */
import { admit, effectivePolicy, mergeLevels, type PolicyType, parsePolicy, writeEffective } from '@holdfast/policy';
import { assumeRole } from '../../../packages/server/src/testing/assume-role.ts';
import { send } from '../../../packages/server/src/testing/organization.ts';
import { type Difference, type FactCase, nameIn } from '../cases.ts';
import { same } from '../compare.ts';
import { answerOf } from './answers.ts';
import { attachNew, enable, needPolicy } from './state.ts';
import type { World } from './world.ts';

const AT = Date.UTC(2026, 8, 13, 8);

/** By the fact's name: what is tried, with what should come of it. */
const PROOFS: Readonly<Record<string, (world: World) => Promise<readonly [expected: unknown, actual: unknown]>>> = {
  'continuous-inherited': async () => {
    const rule = (settings: object): string => ruleOf({ target_backup_vault_name: { '@@assign': 'v' }, ...settings });
    const continuous = { enable_continuous_backup: { '@@assign': true }, lifecycle: days({ delete_after_days: 30 }) };
    const cold = days({ move_to_cold_storage_after_days: 10, delete_after_days: 30 });
    return [
      { together: 'malformed', inherited: [] },
      {
        together: verdict('BACKUP_POLICY', rule({ ...continuous, lifecycle: cold })),
        inherited: crossFaults([
          rule(continuous),
          rule({ lifecycle: { move_to_cold_storage_after_days: { '@@assign': '10' } } }),
        ]),
      },
    ];
  },
  'copy-conflicts': async () => {
    const arn = (name: string): string => `arn:aws:backup:us-west-2:$account:backup-vault:${name}`;
    const copy = (name: string, lifecycle: object): object => ({
      [arn(name)]: { target_backup_vault_arn: { '@@assign': arn(name) }, lifecycle },
    });
    const archived = days({ move_to_cold_storage_after_days: 30, delete_after_days: 120 });
    const opted = { ...archived, opt_in_to_archive_for_supported_resources: { '@@assign': 'true' } };
    const rule = (schedule: string): string =>
      ruleOf({
        target_backup_vault_name: { '@@assign': 'v' },
        schedule_expression: { '@@assign': schedule },
        copy_actions: { ...copy('one', opted), ...copy('two', opted) },
      });
    const daily = ruleOf({ schedule_expression: { '@@assign': 'cron(0 5 ? * * *)' } });
    return [['plans/daily/rules/nightly'], crossFaults([rule('cron(0 5 1 * ? *)'), daily])];
  },
  'empty-session-condition': async (world) => {
    const everything = { Effect: 'Allow', Action: '*', Resource: '*', Condition: {} };
    const policy = { Version: '2012-10-17', Statement: [everything] };
    const { org } = world;
    const session = org.clientOf(await assumeRole(org.server, org.server.management, policy));
    const { code } = await answerOf(send(session, 'DescribeOrganization', {}));
    return ['Success', code];
  },
  'backup-conditions': async () => {
    const conditions = {
      string_equals: {
        c: {
          condition_key: { '@@assign': 'aws:ResourceTag/backup' },
          condition_value: { '@@assign': 'yes' },
        },
      },
    };
    const role = { '@@assign': 'arn:aws:iam::$account:role/Backup' };
    const plan = {
      regions: { '@@assign': ['us-east-1'] },
      rules: { nightly: { target_backup_vault_name: { '@@assign': 'v' } } },
      selections: { resources: { some: { iam_role_arn: role, conditions } } },
    };
    const content = JSON.stringify({ plans: { daily: plan } });
    return [
      ['admitted', []],
      [verdict('BACKUP_POLICY', content), faultsOf([content])],
    ];
  },
  'eventual-reports': async (world) => {
    const report = async (): Promise<number> => {
      const input = { AccountId: world.memberId, PolicyType: 'BACKUP_POLICY' };
      const answer = await send(world.org.client, 'ListEffectivePolicyValidationErrors', input);
      return (answer as { EffectivePolicyValidationErrors: object[] }).EffectivePolicyValidationErrors.length;
    };
    await enable(world, 'BACKUP_POLICY');
    const incomplete = { plans: { daily: { regions: { '@@assign': ['us-east-1'] } } } };
    await attachNew(world, 'P', 'BACKUP_POLICY', incomplete, world.memberId);
    const atOnce = await report();
    await world.org.publish();
    return [
      [0, 2],
      [atOnce, await report()],
    ];
  },
  'chat-keys': async () => {
    const content = '{"CHATBOT":{"Platforms":{"Slack":{"Client":{"@@ASSIGN":"enabled"}}}}}';
    const lower = '{"chatbot":{"platforms":{"slack":{"client":{"@@assign":"enabled"}}}}}';
    return [
      [verdict('CHATBOT_POLICY', lower), ['chatbot']],
      [verdict('CHATBOT_POLICY', content), Object.keys(merged('CHATBOT_POLICY', content))],
    ];
  },
  'ai-services': async () => {
    const services = (of: object): string => JSON.stringify({ services: of });
    const setting = (value: string): object => ({ opt_out_policy: { '@@assign': value } });
    return [
      ['admitted', 'admitted', 'malformed', 'admitted', 'malformed'],
      [
        services({}),
        services({ default: {} }),
        services({ 'no-such-service': {} }),
        services({ default: setting('optOut') }),
        services({ default: setting('optout') }),
      ].map((content) => verdict('AISERVICES_OPT_OUT_POLICY', content)),
    ];
  },
  's3-policy': async () => {
    const block = (name: string, value: string): string =>
      JSON.stringify({ s3_attributes: { [name]: { '@@assign': value } } });
    return [
      ['admitted', 'admitted', 'admitted', 'malformed', 'malformed'],
      [
        block('public_access_block_configuration', 'all'),
        block('public_access_block_configuration', 'none'),
        block('Public_Access_Block_Configuration', 'all'),
        block('public_access_block_configuration', 'ALL'),
        block('versioning', 'all'),
      ].map((content) => verdict('S3_POLICY', content)),
    ];
  },
  schedules: async () => {
    const hourly = (schedule: string): string => ruleOf({ schedule_expression: { '@@assign': schedule } });
    return [
      ['admitted', 'malformed'],
      ['cron(0 * ? * * *)', 'cron(0,59 * ? * * *)'].map((one) => verdict('BACKUP_POLICY', hourly(one))),
    ];
  },
  'stored-not-revalidated': async (world) => {
    const PolicyId = await needPolicy(world, 'P1');
    const { org } = world;
    await org.server.installation.db
      .updateTable('organization_policy')
      .set({ content: '{"no policy":1}' })
      .where('id', '=', PolicyId)
      .execute();
    const describe = await answerOf(send(org.client, 'DescribePolicy', { PolicyId }));
    const rename = await answerOf(send(org.client, 'UpdatePolicy', { PolicyId, Description: 'other' }));
    const again = await answerOf(send(org.client, 'UpdatePolicy', { PolicyId, Content: '{"no policy":1}' }));
    return [
      ['Success', 'Success', 'MalformedPolicyDocumentException'],
      [describe.code, rename.code, again.code],
    ];
  },
  'members-report': async (world) => {
    await enable(world, 'TAG_POLICY');
    const input = { AccountId: world.memberId, PolicyType: 'TAG_POLICY' };
    const member = await world.org.memberClient(world.memberId);
    const answers = [member, world.org.client].map((client) =>
      answerOf(send(client, 'ListEffectivePolicyValidationErrors', input)),
    );
    return [['AccessDeniedException', 'Success'], (await Promise.all(answers)).map(({ code }) => code)];
  },
};

/** Undefined where nothing but the words is known. */
export function proofOf(fact: FactCase): ((world: World) => Promise<Difference | undefined>) | undefined {
  const prove = PROOFS[nameIn(fact)];
  if (!prove) return undefined;
  return async (world) => {
    const [expected, actual] = await prove(world);
    return same(expected, actual) ? undefined : { expected, actual, hint: fact.text };
  };
}

/** Ids that a fact speaks of: `file/a*, b` means `b` of the same file. */
export function casesSeen<Case extends { readonly id: string }>(
  { see }: FactCase,
  all: readonly Case[],
): readonly Case[] {
  let recording = '';
  return see.flatMap((one) => {
    const isWhole = all.some(({ id }) => id.startsWith(`${one.slice(0, one.indexOf('/'))}/`));
    const pattern = isWhole ? one : `${recording}/${one}`;
    recording = pattern.slice(0, pattern.indexOf('/'));
    const prefix = pattern.endsWith('*') ? pattern.slice(0, -1) : undefined;
    return all.filter(({ id }) => (prefix === undefined ? id === pattern : id.startsWith(prefix)));
  });
}

function verdict(type: PolicyType, content: string): string {
  return admit(type, content, AT).verdict;
}

function ruleOf(rule: object): string {
  return JSON.stringify({ plans: { daily: { rules: { nightly: rule } } } });
}

function days(values: Readonly<Record<string, number>>): Record<string, object> {
  return Object.fromEntries(Object.entries(values).map(([name, count]) => [name, { '@@assign': String(count) }]));
}

/** What is wrong with the merge of policies, the root's first. */
function faultsOf(contents: readonly string[]) {
  return effectivePolicy('BACKUP_POLICY', stateOf(...contents), AT).errors;
}

/** Where it has settings that do not go together. */
function crossFaults(contents: readonly string[]): string[] {
  const crossing = faultsOf(contents).filter(({ code }) => code === 'CROSS_ATTRIBUTE_VALIDATION');
  return crossing.map(({ path }) => path);
}

function merged(type: 'CHATBOT_POLICY', content: string): object {
  return JSON.parse(writeEffective(effectivePolicy(type, stateOf(content), AT).document)) as object;
}

function stateOf(...contents: readonly string[]) {
  const levels = contents.map((content, index) => {
    const document = parsePolicy(content);
    if (!document) throw new Error(`Not a policy: ${content}`);
    return { nodeId: String(index), policies: [{ id: `P${index}`, document }] };
  });
  return mergeLevels(levels);
}
