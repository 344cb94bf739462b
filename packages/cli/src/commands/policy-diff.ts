/**
 * `holdfast policy diff CHANGE…`: what a change does to every account, before it is made.
 *
 * Exit codes of its own, for CI: 0 nothing weakens protection, 2 something does, 1 it could not be told.
 */
import {
  diffOrganizations,
  evaluateOrganization,
  type OrganizationDiff,
  type OrganizationEvaluation,
  type OrganizationSnapshot,
  reevaluate,
} from '@holdfast/policy';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { readSnapshotFile } from '../organization/snapshot-file.ts';
import { EXIT_FAILED, UsageFailure } from '../output/failure.ts';
import { withChangeOptions } from '../policies/change-options.ts';
import { diffLines, plainDiff } from '../policies/diff-report.ts';
import {
  changesOf,
  type OrganizationOptions,
  organizationOf,
  refused,
  withOrganizationOptions,
} from '../policies/organization-options.ts';

const EXIT_WEAKENS = 2;

interface DiffOptions extends OrganizationOptions {
  readonly after?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

export function addPolicyDiff(parent: Command, context: CommandContext): void {
  const command = withOrganizationOptions(parent.command('diff'))
    .description('what a change does to every account; ends with 2 if it weakens protection, else with 0')
    .option('--after <file>', 'compare with this snapshot instead of, or before, the changes')
    .option('--all', 'name every account')
    .option('--json', 'JSON, for programs')
    .exitOverride((error) => {
      context.outcome.usageExitCode = EXIT_FAILED;
      throw error;
    });
  const written = withChangeOptions(command);
  command.action(async (options: DiffOptions) => {
    context.outcome.usageExitCode = EXIT_FAILED;
    if (written.length === 0 && options.after === undefined) {
      throw new UsageFailure('There is no change.', {
        advice: 'Name one or more: --set-policy ID=FILE, --attach ID@NODE, --detach ID@NODE, --move ACCOUNT@UNIT, …',
      });
    }
    const { terminal, clock, environment } = context;
    const { after: file, type } = options;
    const before = evaluateOrganization(await organizationOf(context, options), type, clock.now());
    const changes = changesOf(context, written, type);
    const after = file === undefined ? before : other(before, readSnapshotFile(environment.workingFolder, file));
    const result = reevaluate(after, changes);
    if (!result.ok) throw refused(result);
    const { snapshot } = result.evaluation;
    const diff: OrganizationDiff = diffOrganizations(before, result.evaluation);
    if (options.json) terminal.json(plainDiff(diff));
    else terminal.lines(diffLines(diff, { snapshot, colours: terminal.colours, all: options.all === true }));
    if (diff.effect === 'weakens') context.outcome.exitCode = EXIT_WEAKENS;
  });
}

/** Another organization, judged at the same moment. */
function other({ type, now }: OrganizationEvaluation, snapshot: OrganizationSnapshot): OrganizationEvaluation {
  return evaluateOrganization(snapshot, type, now);
}
