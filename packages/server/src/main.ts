/**
 * The server as a program: `node packages/server/src/main.ts [--data DIR] [--port N] …`, `--print-config`, or
 * `--ephemeral` for test mode (docs/guide/testing.md).
 *
 * The only place that builds things for real use; ends on SIGINT and SIGTERM after the work under way. What each mode
 * needs is imported when it is known which one it is: test mode starts its database before most of it is loaded.
 */
import { writeFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import path from 'node:path';
import { systemClock, systemRandom } from '@holdfast/kernel';
import { ConfigError, type Configuration, readConfig } from './config.ts';
import { jsonLogger, type LogLevel } from './json-log.ts';
import { readTestModeOptions, type TestModeOptions, TestModeUsage } from './test-mode/options.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

const logAt = (level: LogLevel) => jsonLogger(level, systemClock);

async function main(args: readonly string[]): Promise<void> {
  const testMode = readTestModeOptions(args, path.join(homedir(), '.cache', 'holdfast'));
  if (testMode) return serveTests(testMode.options, testMode.rest);
  const configuration = readConfig({ args });
  if (configuration.printOnly) return print(configuration);
  const { config } = configuration;
  const { startServer } = await import('./start-server.ts');
  const { PROFILE } = await import('./first-boot.ts');
  const log = logAt(config.logLevel);
  const { endpoint, accountId, folder, failed, stop } = await startServer(config, {
    clock: systemClock,
    random: systemRandom,
    log,
  });
  console.log(`Holdfast answers on ${endpoint} (account ${accountId}).`);
  console.log(`AWS profile "${PROFILE}": ${folder.awsCredentials}`);
  const reason = await told([failed]);
  log.info('server.stopping', { reason });
  if (!reason.startsWith('SIG')) process.exitCode = EXIT_FAILED;
  await stop();
}

/** One line of JSON says that requests are answered, where, and whose keys to sign with. */
async function serveTests(options: TestModeOptions, settings: readonly string[]): Promise<void> {
  // Starting is what a test waits for most; nothing happens where NODE_COMPILE_CACHE names a folder already.
  if (options.cacheFolder !== undefined) enableCompileCache(path.join(options.cacheFolder, 'modules'));
  const { startEphemeral } = await import('./start-ephemeral.ts');
  // From here on: who ends this program while it starts leaves nothing behind either.
  const ended = told(options.untilInputEnds ? [inputEnds()] : []);
  const surroundings = { clock: systemClock, random: systemRandom, log: logAt };
  const { endpoint, regions, dataFolder, failed, stop } = await startEphemeral(options, settings, surroundings);
  const { accountId, accessKeyId, secretAccessKey } = options;
  const credentials = { accessKeyId, secretAccessKey };
  const processId = process.pid;
  const ready = JSON.stringify({
    endpoint,
    accountId,
    region: regions[0],
    regions,
    credentials,
    dataFolder,
    processId,
  });
  if (options.readyFile !== undefined) writeFileSync(options.readyFile, `${ready}\n`, { mode: 0o600 });
  console.log(ready);
  const reason = await Promise.race([ended, failed]);
  if (reason !== INPUT_ENDED && !reason.startsWith('SIG')) {
    console.error(reason);
    process.exitCode = EXIT_FAILED;
  }
  await stop();
}

/** Why to end: a signal, or another of the reasons. A second signal ends at once, by its default effect. */
function told(reasons: readonly Promise<string>[]): Promise<string> {
  return Promise.race([signal('SIGINT'), signal('SIGTERM'), ...reasons]);
}

function signal(name: 'SIGINT' | 'SIGTERM'): Promise<string> {
  return new Promise((resolve) => process.once(name, () => resolve(name)));
}

const INPUT_ENDED = 'The standard input has ended.';

function inputEnds(): Promise<string> {
  return new Promise((resolve) => {
    process.stdin.on('end', () => resolve(INPUT_ENDED)).on('error', () => resolve(INPUT_ENDED));
    process.stdin.resume();
  });
}

function print({ inForce }: Configuration): void {
  for (const { name, value, source, environment, help } of inForce) {
    console.log(`${name} = ${value || '(unset)'}   [${source}] ${environment}\n    ${help}`);
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const { isForPeople } = await import('./start-refusal.ts');
  console.error(isForPeople(error) || error instanceof TestModeUsage ? error.message : error);
  process.exitCode = error instanceof ConfigError || error instanceof TestModeUsage ? EXIT_USAGE : EXIT_FAILED;
}
