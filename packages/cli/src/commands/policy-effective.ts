/**
 * `holdfast policy effective --account ID`: the effective policy that is in force for an account, live from the server.
 *
 * For people it also tells who set each value and what was refused by which control, from the attached policies;
 * members,
 * who may not read those, see the values alone.
 */
import type { OrganizationsClient } from '@aws-sdk/client-organizations';
import { present } from '@holdfast/kernel';
import { evaluateOrganization, type ManagementPolicyType, nodePath, writeEffective } from '@holdfast/policy';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { openSource } from '../organization/organization-source.ts';
import { UsageFailure } from '../output/failure.ts';
import { formatMoment } from '../output/quantities.ts';
import { tableLines } from '../output/table.ts';
import { printable } from '../output/text-width.ts';
import { type WrittenChange, withChangeOptions } from '../policies/change-options.ts';
import {
  accountIdOf,
  changed,
  changesOf,
  type OrganizationOptions,
  organizationOf,
  withOrganizationOptions,
} from '../policies/organization-options.ts';
import { policyLevels } from '../policies/policy-levels.ts';
import { type ExplainedPolicy, explainPolicy, type Setting, settingsOf } from '../policies/settings.ts';

interface EffectiveOptions extends OrganizationOptions {
  readonly account?: string;
  readonly json?: boolean;
}

export function addPolicyEffective(parent: Command, context: CommandContext): void {
  const command = withOrganizationOptions(parent.command('effective'))
    .description('the effective policy of an account, and who set what')
    .option('--account <id>', 'the account (default: the own one)')
    .option('--json', 'the document itself, for programs');
  const written = withChangeOptions(command);
  command.action((options: EffectiveOptions) =>
    options.snapshot === undefined && written.length === 0
      ? showPublished(context, options)
      : showEvaluated(context, options, written),
  );
}

async function showPublished(context: CommandContext, options: EffectiveOptions): Promise<void> {
  const { account, type } = options;
  const sdk = await import('@aws-sdk/client-organizations');
  using source = await openSource(context, options);
  const target = account === undefined ? {} : { TargetId: account };
  const { EffectivePolicy: policy } = await source.client.send(
    new sdk.DescribeEffectivePolicyCommand({ PolicyType: type, ...target }),
  );
  const { PolicyContent: content = '{}', TargetId: accountId = '', LastUpdatedTimestamp: at } = policy ?? {};
  const { terminal } = context;
  if (options.json) return terminal.json(JSON.parse(content));
  terminal.line(`Effective ${policyKind(type)} of account ${accountId}, published ${formatMoment(at)}`);
  terminal.lines(drawn(context, settingsOf(content), await explainedPolicy(source.client, accountId, type)));
}

async function showEvaluated(
  context: CommandContext,
  options: EffectiveOptions,
  written: readonly WrittenChange[],
): Promise<void> {
  const { account, type } = options;
  if (account === undefined) throw new UsageFailure('Which account? Name it with --account ID.');
  const { terminal, clock } = context;
  const snapshot = changed(await organizationOf(context, options), changesOf(context, written, type));
  const accountId = accountIdOf(snapshot, account);
  const evaluation = evaluateOrganization(snapshot, type, clock.now());
  const policy = present(evaluation.policyOf(accountId), 'the effective policy of an account');
  const content = writeEffective(policy.document);
  if (options.json) return terminal.json(JSON.parse(content));
  terminal.line(`Effective ${policyKind(type)} of account ${accountId} (${printable(nodePath(snapshot, accountId))})`);
  const nodes = [...snapshot.organizationalUnits, ...snapshot.accounts, ...snapshot.policies];
  const names = new Map([[snapshot.root.id, 'root'], ...nodes.map(({ id, name }) => [id, name] as const)]);
  const levels = evaluation.levelsOf(accountId);
  terminal.lines(drawn(context, settingsOf(content), explainPolicy({ levels, names })));
  terminal.lines(
    policy.errors.map(({ message, path }) => `${terminal.colours.bad('invalid')} ${printable(`${path}: ${message}`)}`),
  );
}

/** `backup policy` */
function policyKind(type: ManagementPolicyType): string {
  return type.toLowerCase().replaceAll('_', ' ');
}

/** Undefined for members: only the management account may look above itself. */
async function explainedPolicy(
  client: OrganizationsClient,
  accountId: string,
  type: ManagementPolicyType,
): Promise<ExplainedPolicy | undefined> {
  const { AccessDeniedException } = await import('@aws-sdk/client-organizations');
  try {
    return explainPolicy(await policyLevels(client, accountId, type));
  } catch (error) {
    if (error instanceof AccessDeniedException) return undefined;
    throw error;
  }
}

function drawn(
  { terminal: { colours, width } }: CommandContext,
  published: readonly Setting[],
  explained: ExplainedPolicy | undefined,
): string[] {
  const setBy = new Map(explained?.settings.map((setting) => [`${setting.path}=${setting.value}`, setting.setBy]));
  const rows = published.map((setting) => ({ ...setting, setBy: setBy.get(`${setting.path}=${setting.value}`) ?? '' }));
  const lines =
    rows.length === 0
      ? ['  nothing: no policy reaches this account']
      : tableLines<Setting>(
          [
            { title: 'SETTING', value: (row) => row.path, shrinkTo: 24, cutAt: 'middle' },
            { title: 'VALUE', value: (row) => row.value, shrinkTo: 16 },
            ...(explained ? [{ title: 'SET BY', value: (row: Setting) => row.setBy, shrinkTo: 16 }] : []),
          ],
          rows,
          { width, titleColour: colours.faint },
        );
  const isBehind = explained !== undefined && rows.some((row) => row.setBy === '');
  return [
    ...lines,
    ...(explained?.refusals ?? []).map(
      (refused) =>
        `${colours.warn('refused')} ${refused.path}: ${refused.value}, asked by ${refused.asked}, forbidden by ${refused.forbiddenBy}`,
    ),
    ...(isBehind
      ? [
          colours.warn(
            'The attached policies say something else by now: their effect is not published yet, or they are invalid.',
          ),
        ]
      : []),
  ];
}
