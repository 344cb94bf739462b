/** Programs run as a user runs them: real child processes, their output and exit code kept. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const CLONE = fileURLToPath(new URL('../..', import.meta.url));
const HOLDFAST = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Added to, and taken from (undefined), the environment of the tests. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Standard input; default: empty. */
  readonly input?: string;
}

export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const child = spawn(program, args, { cwd: options.cwd ?? CLONE, env: cleanEnvironment(options.env), stdio: 'pipe' });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  // A program that reads nothing may be gone before it is told that there is nothing.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

export function holdfast(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return run(process.execPath, [HOLDFAST, ...args], options);
}

/** Nothing of the tester's own AWS settings may leak in. */
export function cleanEnvironment(changes: RunOptions['env'] = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('AWS_') && !name.startsWith('HOLDFAST_'),
  );
  return { ...Object.fromEntries(kept), AWS_EC2_METADATA_DISABLED: 'true', ...changes };
}
