/**
 * `holdfast doctor`: looks at all that backups need, and says for each trouble what to do.
 *
 * The local part works without the server: programs and their versions, the data folder, space, secrets' file modes.
 * Exit code 1 if there is a problem; warnings alone leave it 0.
 */
import type { Command } from 'commander';
import { type CommandContext, environmentOf, withDataOption } from '../command-context.ts';
import { readProfile } from '../connection/profile.ts';
import type { Check } from '../doctor/check.ts';
import { checkOperatorStatus } from '../doctor/operator-status.ts';
import { checkPrograms } from '../doctor/programs.ts';
import { checkServer } from '../doctor/server.ts';
import { checkStorage } from '../doctor/storage.ts';
import { colourOfState } from '../output/colour.ts';
import { EXIT_FAILED } from '../output/failure.ts';
import { plural } from '../output/quantities.ts';
import { padEnd, printable } from '../output/text-width.ts';

interface DoctorOptions {
  readonly data?: string;
  readonly endpointUrl?: string;
  readonly json?: boolean;
}

export function addDoctor(parent: Command, context: CommandContext): void {
  withDataOption(parent.command('doctor'))
    .description('check all that backups need, and say what to do')
    .option('--endpoint-url <url>', "the server's address (default: the data folder's profile)")
    .option('--json', 'JSON, for programs')
    .action(async (options: DoctorOptions) => {
      const checks = await examine(context, options);
      const problems = checks.filter(({ state }) => state === 'problem').length;
      if (problems > 0) context.outcome.exitCode = EXIT_FAILED;
      if (options.json) return context.terminal.json({ ok: problems === 0, checks });
      context.terminal.lines(drawn(context, checks));
      const warnings = checks.filter(({ state }) => state === 'warning').length;
      context.terminal.line(`${plural(problems, 'problem')}, ${plural(warnings, 'warning')}`);
    });
}

async function examine(context: CommandContext, options: DoctorOptions): Promise<Check[]> {
  const { clock } = context;
  const { dataFolder, endpoint, searchPath } = environmentOf(context, options);
  const address = options.endpointUrl ?? endpoint ?? readProfile(dataFolder)?.endpoint;
  const parts = await Promise.all([checkPrograms(searchPath), checkStorage(dataFolder), checkServer(address, clock)]);
  const isUp = parts.flat().some(({ name, state }) => name === 'server' && state === 'ok');
  return [...parts.flat(), ...(isUp ? await checkOperatorStatus(dataFolder) : [])];
}

function drawn({ terminal: { colours } }: CommandContext, checks: readonly Check[]): string[] {
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks.flatMap(({ name, state, found, advice }) => [
    `${colourOfState(state, colours)(padEnd(state, 7))}  ${padEnd(name, width)}  ${printable(found)}`,
    ...(advice === undefined || state === 'ok' ? [] : [`${' '.repeat(width + 11)}what to do: ${advice}`]),
  ]);
}
