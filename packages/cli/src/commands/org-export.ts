/**
 * `holdfast org export`: the organization as a file, read from AWS or any endpoint that speaks its API, for the policy
 * commands. Reads only.
 */
import { isPolicyType, type OrganizationSnapshot, type PolicyType, writeSnapshot } from '@holdfast/policy';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { openSource, type SourceOptions, withSourceOptions } from '../organization/organization-source.ts';
import { readOrganization } from '../organization/read-organization.ts';
import { readPolicy } from '../organization/read-permissions.ts';
import { readProgress } from '../organization/read-progress.ts';
import { SNAPSHOT_FILE } from '../organization/snapshot-file.ts';
import { UsageFailure } from '../output/failure.ts';
import { plural } from '../output/quantities.ts';
import { writeText } from '../text-files.ts';

interface ExportOptions extends SourceOptions {
  readonly output: string;
  readonly type?: readonly PolicyType[];
  readonly tags?: boolean;
  readonly printIamPolicy?: boolean;
}

/** What says standard output instead of a file. */
const STDOUT = '-';

export function addOrgExport(parent: Command, context: CommandContext): void {
  withSourceOptions(parent.command('export'))
    .description('read an organization into a file, with List* and Describe* calls alone')
    .option('--output <file>', `where to write it; ${STDOUT} is standard output`, SNAPSHOT_FILE)
    .option('--type <type>', 'a policy type to read, repeatable (default: the enabled management types)', moreTypes)
    .option('--tags', 'read tags too: one call more for each unit, account and policy')
    .option('--print-iam-policy', 'only print the IAM policy that this needs')
    .action(async (options: ExportOptions) => {
      const { terminal } = context;
      if (options.printIamPolicy) return terminal.json(readPolicy());
      const snapshot = await readAll(context, options);
      const text = writeSnapshot(snapshot);
      if (options.output === STDOUT) return terminal.write(text);
      writeText(context.environment.workingFolder, options.output, text);
      terminal.lines(summary(snapshot, options.output));
    });
}

async function readAll(context: CommandContext, options: ExportOptions): Promise<OrganizationSnapshot> {
  const { clock, terminal } = context;
  using source = await openSource(context, options);
  const { type, tags } = options;
  const wanted = { ...(type === undefined ? {} : { types: type }), ...(tags === undefined ? {} : { tags }) };
  // Where the file itself goes to the terminal, nothing else may.
  using progress = readProgress(options.output === STDOUT ? { ...terminal, isLive: false } : terminal);
  return await readOrganization(source, wanted, { clock, tell: progress.tell });
}

function summary(snapshot: OrganizationSnapshot, file: string): string[] {
  const { organizationId, organizationalUnits, accounts, policies, attachments, source } = snapshot;
  const unknown = attachments.filter(({ order }) => order === 'unknown').length;
  const counts = [
    plural(organizationalUnits.length, 'unit'),
    plural(accounts.length, 'account'),
    plural(policies.length, 'policy', 'policies'),
  ];
  return [
    `Organization ${organizationId}${source?.endpoint === undefined ? '' : ` at ${source.endpoint}`}: ${counts.join(', ')}`,
    ...(unknown === 0
      ? []
      : [`The order of attachment is not known at ${plural(unknown, 'target')}: see source.notes in the file.`]),
    `Written to ${file}`,
  ];
}

function moreTypes(text: string, before: readonly PolicyType[] = []): readonly PolicyType[] {
  if (isPolicyType(text)) return [...before, text];
  throw new UsageFailure(`'${text}' is not a policy type.`, { advice: 'Such as BACKUP_POLICY or TAG_POLICY.' });
}
