/**
 * `holdfast org import`: makes in Holdfast what a snapshot of an organization has and Holdfast has not.
 *
 * Shows what it would do; does it with --apply. Doing it again does nothing: what is there already is found again.
 */
import { unreachable } from '@holdfast/kernel';
import { type Existing, type ImportStep, importPlan, type OrganizationSnapshot } from '@holdfast/policy';
import type { Command } from 'commander';
import { type CommandContext, sessionOf, withServerOptions } from '../command-context.ts';
import type { ConnectionOptions } from '../connection/session.ts';
import { takeSteps } from '../organization/import-steps.ts';
import { nodePathsOf } from '../organization/node-paths.ts';
import { type OrganizationSource, sourceAt } from '../organization/organization-source.ts';
import { readOrganization } from '../organization/read-organization.ts';
import { readSnapshotFile, SNAPSHOT_FILE } from '../organization/snapshot-file.ts';
import { Failure } from '../output/failure.ts';
import { plural } from '../output/quantities.ts';
import { printable } from '../output/text-width.ts';

interface ImportOptions extends ConnectionOptions {
  readonly apply?: boolean;
  readonly json?: boolean;
}

export function addOrgImport(parent: Command, context: CommandContext): void {
  withServerOptions(parent.command('import'))
    .description('make in Holdfast what a snapshot of an organization has; without --apply only tell what')
    .argument('[file]', 'the snapshot', SNAPSHOT_FILE)
    .option('--apply', 'do it')
    .option('--json', 'JSON, for programs')
    .action(async (file: string, { apply = false, json = false, ...connection }: ImportOptions) => {
      const { terminal, environment, signal } = context;
      const wanted = readSnapshotFile(environment.workingFolder, file);
      using source = await sourceAt(await sessionOf(context, connection));
      if (!source.isHoldfast) {
        throw new Failure('This is no Holdfast server, or it does not run.', {
          ...(source.endpoint === undefined ? {} : { where: source.endpoint }),
          advice: 'Name its data folder (--data DIR) or its address (--endpoint-url URL).',
        });
      }
      const { steps, ids, notes } = importPlan(wanted, await existingAt(source, wanted, context));
      const place = nodePathsOf(wanted);
      const describe = (step: ImportStep): string => printable(described(step, wanted, place));
      const tell = (step: ImportStep): void => (json || !apply ? undefined : terminal.line(describe(step)));
      const made = apply ? await takeSteps({ client: source.client, wanted, signal, tell }, steps, ids) : ids;
      if (json) {
        return terminal.json({ applied: apply, steps: steps.map(describe), notes, ids: Object.fromEntries(made) });
      }
      if (!apply) terminal.lines(steps.map(describe));
      terminal.lines(notes.map((note) => `${terminal.colours.warn('note:')} ${printable(note)}`));
      terminal.line(conclusion(steps.length, apply));
    });
}

async function existingAt(
  source: OrganizationSource,
  wanted: OrganizationSnapshot,
  { clock }: CommandContext,
): Promise<Existing> {
  const { AWSOrganizationsNotInUseException } = await import('@aws-sdk/client-organizations');
  const types = [...new Set(wanted.policies.map(({ type }) => type))];
  try {
    return await readOrganization(source, { types }, { clock, tell: () => undefined });
  } catch (error) {
    if (error instanceof AWSOrganizationsNotInUseException) return undefined;
    throw error;
  }
}

function conclusion(steps: number, applied: boolean): string {
  if (steps === 0) return 'Nothing to do: all of it is there.';
  if (applied) return `Done: ${plural(steps, 'step')}.`;
  return `${plural(steps, 'step')}. Nothing was changed; add --apply to do it.`;
}

function described(step: ImportStep, wanted: OrganizationSnapshot, place: (id: string) => string): string {
  const policy = (id: string): string => wanted.policies.find((one) => one.id === id)?.name ?? id;
  switch (step.kind) {
    case 'make-organization':
      return 'make the organization';
    case 'enable-type':
      return `enable ${step.type}`;
    case 'make-unit':
      return `make unit ${place(step.unit.id)}`;
    case 'make-account':
      return `make account ${step.account.name} (${step.email})`;
    case 'move-account':
      return `move account ${place(step.accountId).split('/').at(-1)} to ${place(step.parentId)}`;
    case 'make-policy':
      return `make policy ${step.policy.name} (${step.policy.type})`;
    case 'change-policy':
      return `change policy ${step.policy.name} (${step.policy.type})`;
    case 'detach':
      return `detach ${policy(step.policyId)} from ${place(step.targetId)}, to attach it in order`;
    case 'attach':
      return `attach ${policy(step.policyId)} to ${place(step.targetId)}`;
    default:
      return unreachable(step);
  }
}
