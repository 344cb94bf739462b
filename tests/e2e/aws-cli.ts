/**
 * The real `aws` command: the one that the set-up found to work (HOLDFAST_AWS), by default the system's.
 *
 * Each call names the endpoint, because Debian's version 2.9 does not know `endpoint_url` in a profile.
 */
import { type Finished, run } from './program.ts';
import type { ServerProcess } from './server-process.ts';

const AWS = process.env['HOLDFAST_AWS'] ?? '/usr/bin/aws';
/** Exit codes of the aws command: the service answered with an error; the command line was wrong. */
export const SERVICE_ERROR = 254;
export const USAGE_ERROR = 252;

export type Who = Readonly<Record<string, string | undefined>>;

export class AwsCli {
  readonly #server: Pick<ServerProcess, 'endpoint'>;
  readonly #who: Who;

  constructor(server: Pick<ServerProcess, 'endpoint'>, who: Who) {
    this.#server = server;
    this.#who = who;
  }

  /** Whatever comes of it. */
  try(service: string, operation: string, ...args: readonly string[]): Promise<Finished> {
    return run(AWS, ['--endpoint-url', this.#server.endpoint, service, operation, ...args], {
      env: { AWS_DEFAULT_REGION: 'us-east-1', AWS_PAGER: '', AWS_MAX_ATTEMPTS: '1', ...this.#who },
    });
  }

  /** The answer, which must be a success. */
  async call<Answer = Record<string, unknown>>(
    service: string,
    operation: string,
    ...args: readonly string[]
  ): Promise<Answer> {
    const { code, stdout, stderr } = await this.try(service, operation, ...args);
    if (code !== 0) throw new Error(`aws ${service} ${operation} ended with ${code}: ${stderr.trim()}`);
    return (stdout.trim() === '' ? {} : JSON.parse(stdout)) as Answer;
  }

  /** Repeats a call until its answer is what is waited for; the server works in the background, as AWS does. */
  async until<Answer>(
    isThere: (answer: Answer) => boolean,
    service: string,
    operation: string,
    ...args: readonly string[]
  ): Promise<Answer> {
    // Each call takes most of a second: no need to pause between them.
    for (let calls = 0; calls < 60; calls++) {
      const answer = await this.call<Answer>(service, operation, ...args);
      if (isThere(answer)) return answer;
    }
    throw new Error(`aws ${service} ${operation} never showed what was waited for.`);
  }

  /** The same server, as somebody else. */
  as(who: Who): AwsCli {
    return new AwsCli(this.#server, { ...who, AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' });
  }
}
