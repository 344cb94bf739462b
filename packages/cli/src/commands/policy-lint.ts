/**
 * `holdfast policy lint`: what is wrong with policies, and where. Files alone, or a whole organization, also as it
 * would be after a change.
 *
 * Exit code 1 when there is an error.
 */

import { unreachable } from '@holdfast/kernel';
import { evaluateOrganization, type LintFinding, lintOrganization, lintPolicy } from '@holdfast/policy';
import { type Command, Option } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { EXIT_FAILED } from '../output/failure.ts';
import { policyFilesOf, type WrittenChange, withChangeOptions } from '../policies/change-options.ts';
import { githubLines, lintLines, type PlacedFinding, placed } from '../policies/lint-report.ts';
import { sarif } from '../policies/lint-sarif.ts';
import {
  changed,
  changesOf,
  type OrganizationOptions,
  organizationOf,
  policyIdOf,
  withOrganizationOptions,
} from '../policies/organization-options.ts';
import { readText } from '../text-files.ts';

interface LintOptions extends OrganizationOptions {
  readonly format: 'human' | 'json' | 'sarif' | 'github';
}

export function addPolicyLint(parent: Command, context: CommandContext): void {
  const command = withOrganizationOptions(parent.command('lint'))
    .description('what is wrong with policies: files, or without any the whole organization')
    .argument('[files...]', 'policy documents')
    .addOption(
      new Option('--format <format>', 'how findings are printed')
        .choices(['human', 'json', 'sarif', 'github'])
        .default('human'),
    );
  const written = withChangeOptions(command);
  command.action(async (files: readonly string[], options: LintOptions) => {
    const ofFiles = files.flatMap((file) => lintFile(context, file, options));
    const isOrganizationMeant = files.length === 0 || options.snapshot !== undefined || written.length > 0;
    const ofOrganization = isOrganizationMeant ? await lintWhole(context, options, written) : [];
    const findings = [...ofFiles, ...ofOrganization];
    print(context, findings, options);
    if (findings.some(({ finding }) => finding.severity === 'error')) context.outcome.exitCode = EXIT_FAILED;
  });
}

function lintFile(context: CommandContext, file: string, { type }: LintOptions): PlacedFinding[] {
  const text = readText(context.environment.workingFolder, file);
  return lintPolicy(type, text, context.clock.now()).map((finding: LintFinding) => ({ finding, file }));
}

async function lintWhole(
  context: CommandContext,
  options: LintOptions,
  written: readonly WrittenChange[],
): Promise<PlacedFinding[]> {
  const snapshot = changed(await organizationOf(context, options), changesOf(context, written, options.type));
  const fileOf = new Map(policyFilesOf(written).map(({ policy, file }) => [policyIdOf(snapshot, policy), file]));
  const evaluation = evaluateOrganization(snapshot, options.type, context.clock.now());
  return placed(lintOrganization(evaluation), snapshot, (policyId) => fileOf.get(policyId));
}

function print({ terminal }: CommandContext, findings: readonly PlacedFinding[], options: LintOptions): void {
  const { format, snapshot } = options;
  switch (format) {
    case 'human':
      terminal.lines(lintLines(findings, terminal.colours));
      break;
    case 'github':
      terminal.lines(githubLines(findings));
      break;
    case 'sarif':
      terminal.json(sarif(findings, snapshot));
      break;
    case 'json':
      terminal.json(findings.map(({ finding, file }) => (file === undefined ? finding : { file, ...finding })));
      break;
    default:
      unreachable(format);
  }
}
