/**
 * `holdfast policy effective --account ID`: the effective policy that is in force for an account, live from the server.
 *
 * For people it also tells who set each value and what was refused by which control, from the attached policies;
 * members,
 * who may not read those, see the values alone.
 */
import type { OrganizationsClient } from '@aws-sdk/client-organizations';
import type { Command } from 'commander';
import { type CommandContext, sessionOf, withServerOptions } from '../command-context.ts';
import { disposable } from '../connection/session.ts';
import { formatMoment } from '../output/quantities.ts';
import { tableLines } from '../output/table.ts';
import { policyLevels } from '../policies/policy-levels.ts';
import { type ExplainedPolicy, explainPolicy, type Setting, settingsOf } from '../policies/settings.ts';

const TYPE = 'BACKUP_POLICY';

interface EffectiveOptions {
  readonly data?: string;
  readonly endpointUrl?: string;
  readonly region?: string;
  readonly account?: string;
  readonly json?: boolean;
}

export function addPolicyEffective(parent: Command, context: CommandContext): void {
  withServerOptions(parent.command('effective'))
    .description('the effective backup policy of an account, and who set what')
    .option('--account <id>', 'the account (default: the own one)')
    .option('--json', 'the document itself, for programs')
    .action(async (options: EffectiveOptions) => {
      const { account, ...connection } = options;
      const sdk = await import('@aws-sdk/client-organizations');
      using client = disposable(new sdk.OrganizationsClient(await sessionOf(context, connection)));
      const target = account === undefined ? {} : { TargetId: account };
      const { EffectivePolicy: policy } = await client.send(
        new sdk.DescribeEffectivePolicyCommand({ PolicyType: TYPE, ...target }),
      );
      const { PolicyContent: content = '{}', TargetId: accountId = '', LastUpdatedTimestamp: at } = policy ?? {};
      const { terminal } = context;
      if (options.json) return terminal.json(JSON.parse(content));
      terminal.line(`Effective backup policy of account ${accountId}, published ${formatMoment(at)}`);
      const explained = await explainedPolicy(client, accountId);
      terminal.lines(drawn(context, settingsOf(content), explained));
    });
}

/** Undefined for members: only the management account may look above itself. */
async function explainedPolicy(client: OrganizationsClient, accountId: string): Promise<ExplainedPolicy | undefined> {
  const { AccessDeniedException } = await import('@aws-sdk/client-organizations');
  try {
    return explainPolicy(await policyLevels(client, accountId, TYPE));
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
