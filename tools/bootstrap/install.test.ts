import { expect, test } from 'vitest';
import { installCommands } from './install.mjs';

const RESTIC = { apt: 'restic', brew: 'restic' };
const PG_DUMP = { apt: 'postgresql-client', brew: 'libpq' };
const NOTHING = { isRoot: false, hasAptGet: false, hasAptLists: false, hasBrew: false };

test.each<[who: string, machine: Partial<typeof NOTHING>, mayRun: boolean, text: string]>([
  [
    'root on Debian installs',
    { isRoot: true, hasAptGet: true, hasAptLists: true },
    true,
    'apt-get install -y restic postgresql-client',
  ],
  [
    'root on a Debian without package lists fetches them first',
    { isRoot: true, hasAptGet: true },
    true,
    'apt-get update && apt-get install -y restic postgresql-client',
  ],
  [
    'anybody else on Debian is told to use sudo',
    { hasAptGet: true, hasAptLists: true },
    false,
    'sudo apt-get install -y restic postgresql-client',
  ],
  [
    'and to fetch the lists where there are none',
    { hasAptGet: true },
    false,
    'sudo apt-get update && sudo apt-get install -y restic postgresql-client',
  ],
  ['on macOS Homebrew is named', { hasBrew: true }, false, 'brew install restic libpq'],
  [
    'elsewhere the packages are',
    { isRoot: true },
    false,
    "(with your system's package manager; Debian's names:) restic postgresql-client",
  ],
])('%s', (_who, machine, mayRun, text) => {
  expect(installCommands([RESTIC, PG_DUMP, PG_DUMP], { ...NOTHING, ...machine })).toMatchObject({ mayRun, text });
});

test('the commands that are run are the ones that are printed', () => {
  const { steps, text } = installCommands([RESTIC], { ...NOTHING, isRoot: true, hasAptGet: true });
  expect(steps.map((step) => step.join(' ')).join(' && ')).toBe(text);
});
