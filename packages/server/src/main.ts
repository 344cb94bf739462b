/**
 * The server as a program: `node packages/server/src/main.ts [--data DIR] [--port N] …`, or `--print-config`.
 * The only place that builds things for real use; ends on SIGINT and SIGTERM after the work under way.
 */
import { systemClock, systemRandom } from '@holdfast/kernel';
import { ConfigError, type Configuration, readConfig } from './config.ts';
import { PROFILE } from './first-boot.ts';
import { jsonLogger } from './json-log.ts';
import { isForPeople } from './start-refusal.ts';
import { type RunningServer, startServer } from './start-server.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

async function main(): Promise<void> {
  const configuration = readConfig({ args: process.argv.slice(2) });
  if (configuration.printOnly) return print(configuration);
  const { config } = configuration;
  const surroundings = { clock: systemClock, random: systemRandom, log: jsonLogger(config.logLevel, systemClock) };
  const server = await startServer(config, surroundings);
  greet(server);
  const reason = await Promise.race([signal('SIGINT'), signal('SIGTERM'), server.failed]);
  surroundings.log.info('server.stopping', { reason });
  const failed = !reason.startsWith('SIG');
  if (failed) process.exitCode = EXIT_FAILED;
  // A second signal ends at once, by its default effect.
  await server.stop();
}

function signal(name: 'SIGINT' | 'SIGTERM'): Promise<string> {
  return new Promise((resolve) => process.once(name, () => resolve(name)));
}

function greet({ endpoint, folder, accountId }: RunningServer): void {
  console.log(`Holdfast answers on ${endpoint} (account ${accountId}).`);
  console.log(`AWS profile "${PROFILE}": ${folder.awsCredentials}`);
}

function print({ inForce }: Configuration): void {
  for (const { name, value, source, environment, help } of inForce) {
    console.log(`${name} = ${value || '(unset)'}   [${source}] ${environment}\n    ${help}`);
  }
}

try {
  await main();
} catch (error) {
  console.error(isForPeople(error) ? error.message : error);
  process.exitCode = error instanceof ConfigError ? EXIT_USAGE : EXIT_FAILED;
}
