/**
 * The organization that a policy command is about: a snapshot in a file, or the living one, read for the one policy
 * type that is asked about; then the changes of the command line.
 */
import {
  type Admission,
  admit,
  applyChanges,
  type Change,
  type ChangeRefused,
  findPolicy,
  findTarget,
  isManagementPolicyType,
  isPolicyType,
  type ManagementPolicyType,
  type OrganizationSnapshot,
} from '@holdfast/policy';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { openSource, type SourceOptions, withSourceOptions } from '../organization/organization-source.ts';
import { readOrganization } from '../organization/read-organization.ts';
import { readSnapshotFile } from '../organization/snapshot-file.ts';
import { Failure, UsageFailure } from '../output/failure.ts';
import { readText } from '../text-files.ts';
import { changeOf, type WrittenChange } from './change-options.ts';

export interface OrganizationOptions extends SourceOptions {
  readonly snapshot?: string;
  readonly type: ManagementPolicyType;
}

const DEFAULT_TYPE = 'BACKUP_POLICY';
const FAULTS_SHOWN = 5;

export function withOrganizationOptions(command: Command): Command {
  return withSourceOptions(
    withTypeOption(command).option('--snapshot <file>', 'the organization as `holdfast org export` wrote it'),
  );
}

export function withTypeOption(command: Command): Command {
  return command.option('--type <type>', 'the policy type', managementType, DEFAULT_TYPE);
}

export async function organizationOf(
  context: CommandContext,
  { snapshot, type, ...source }: OrganizationOptions,
): Promise<OrganizationSnapshot> {
  if (snapshot !== undefined) return readSnapshotFile(context.environment.workingFolder, snapshot);
  using from = await openSource(context, source);
  return await readOrganization(from, { types: [type] }, { clock: context.clock, tell: () => undefined });
}

/** Contents that AWS would refuse never become a change. */
export function changesOf(
  context: CommandContext,
  written: readonly WrittenChange[],
  type: ManagementPolicyType,
): Change[] {
  const now = context.clock.now();
  return written.map((one) => {
    const change = changeOf(one, type, (file) => readText(context.environment.workingFolder, file));
    if (!('content' in change)) return change;
    const admission = admit(type, change.content, now);
    if (admission.verdict === 'admitted') return change;
    throw new Failure(`AWS would refuse this policy: ${reasonOf(admission)}`, {
      where: `--${one.option} ${one.text}`,
      advice: 'See all that is wrong: holdfast policy lint FILE',
    });
  });
}

function reasonOf(admission: Exclude<Admission, { verdict: 'admitted' }>): string {
  if (admission.verdict === 'too-long') return `it has ${admission.length} characters of ${admission.lengthMax}`;
  return admission.diagnostics
    .slice(0, FAULTS_SHOWN)
    .map(({ line, column, message }) => `line ${line}, column ${column}: ${message}`)
    .join('; ');
}

export function changed(snapshot: OrganizationSnapshot, changes: readonly Change[]): OrganizationSnapshot {
  const result = applyChanges(snapshot, changes);
  if (!result.ok) throw refused(result);
  return result.snapshot;
}

export function refused({ change, problem }: ChangeRefused): Failure {
  return new Failure(`The change cannot be made: ${problem}.`, { where: writtenAs(change) });
}

/** The id of an account that is named by id, name or path. */
export function accountIdOf(snapshot: OrganizationSnapshot, text: string): string {
  const target = findTarget(snapshot, text);
  if (!target.ok) throw new Failure(`${target.problem}.`, { where: text });
  if (target.found.kind === 'account') return target.found.id;
  throw new Failure(`${target.found.name} is no account.`, { where: text });
}

export function policyIdOf(snapshot: OrganizationSnapshot, text: string): string | undefined {
  const policy = findPolicy(snapshot, text);
  return policy.ok ? policy.found.id : undefined;
}

function writtenAs(change: Change): string {
  switch (change.kind) {
    case 'set-policy':
      return `--set-policy ${change.policy}`;
    case 'new-policy':
      return `--new-policy ${change.name}`;
    case 'attach':
    case 'detach':
      return `--${change.kind} ${change.policy}@${change.target}`;
    case 'move':
      return `--move ${change.account}@${change.parent}`;
    default:
      return '';
  }
}

function managementType(text: string): ManagementPolicyType {
  const name = text.toUpperCase();
  if (isPolicyType(name) && isManagementPolicyType(name)) return name;
  throw new UsageFailure(`'${text}' is not a type of policies that merge along the tree.`, {
    advice: 'Such as BACKUP_POLICY or TAG_POLICY.',
  });
}
