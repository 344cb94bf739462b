/** The `holdfast` command as a process, in a folder of the test's own, against an organization of the test's own. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Credentials, TestServer } from '../../packages/server/src/testing/server.ts';
import { type Finished, holdfast } from '../e2e/program.ts';

/** The tester's own credentials are none of ours. */
const NOBODY = { AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' };

export interface Desk extends Disposable {
  readonly folder: string;
  write(name: string, content: unknown): string;
  read(name: string): string;
  /** Runs `holdfast` in the folder. */
  run(...args: readonly string[]): Promise<Finished>;
  /** The same, which must end with 0; its standard output. */
  ok(...args: readonly string[]): Promise<string>;
}

export function desk(env: Readonly<Record<string, string>> = {}): Desk {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-policy-commands-'));
  const run = (...args: readonly string[]): Promise<Finished> =>
    holdfast(args, { cwd: folder, env: { ...NOBODY, ...env } });
  return {
    folder,
    write(name, content) {
      const text = typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`;
      writeFileSync(path.join(folder, name), text);
      return name;
    },
    read: (name) => readFileSync(path.join(folder, name), 'utf8'),
    run,
    async ok(...args) {
      const { code, stdout, stderr } = await run(...args);
      if (code !== 0) throw new Error(`holdfast ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`);
      return stdout;
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Environment of a caller of a server, in AWS's standard variables. */
export function callerOf(
  { endpoint, management }: TestServer,
  credentials: Credentials = management.credentials,
): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
}
