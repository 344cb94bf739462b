#!/usr/bin/env node
/**
 * The `holdfast` command: reads the command line, runs one command, tells with its exit code how it went.
 *
 * 0: done. 1: could not be done, and why. 2: asked for in a wrong way; but `policy diff`: protection is weakened.
 * An ordinary client of the server's AWS API, but for what concerns the operator alone (vault key, account create,
 * doctor).
 * Starts fast: the SDK's clients are loaded by the commands that use them.
 */
import { systemClock } from '@holdfast/kernel';
import { CommanderError } from 'commander';
import type { CommandContext } from './command-context.ts';
import { environmentOfProcess } from './config.ts';
import { explain } from './output/explain.ts';
import { EXIT_USAGE } from './output/failure.ts';
import { terminal } from './output/terminal.ts';
import { program } from './program.ts';
import { readSecret } from './secret-input.ts';

const environment = environmentOfProcess();
const interruption = new AbortController();
process.once('SIGINT', () => interruption.abort());
process.once('SIGTERM', () => interruption.abort());

const context: CommandContext = {
  environment,
  terminal: terminal(process.stdout, process.stderr, {
    noColour: environment.noColour,
    dumb: environment.dumbTerminal,
  }),
  clock: systemClock,
  outcome: { exitCode: 0 },
  signal: interruption.signal,
  readSecret: (question) => readSecret(question, process.stdin, process.stderr),
};

// A reader that has seen enough (`holdfast jobs | head`) is no trouble of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  await program(context).parseAsync(process.argv);
  process.exitCode = context.outcome.exitCode;
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : (context.outcome.usageExitCode ?? EXIT_USAGE);
  } else {
    const { lines, exitCode } = explain(error, context.terminal.colours);
    for (const line of lines) context.terminal.warn(line);
    process.exitCode = exitCode === EXIT_USAGE ? (context.outcome.usageExitCode ?? exitCode) : exitCode;
  }
}
