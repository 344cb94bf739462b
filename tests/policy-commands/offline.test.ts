/** The policy commands on a snapshot, without any server: what they print and how they end. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Desk, desk } from './command.ts';
import { policyText, production, SANDBOX, SHOP, sample } from './sample.ts';

let at: Desk;

beforeAll(() => {
  at = desk();
  at.write('holdfast-org.json', sample);
  at.write('production.json', weekly());
  at.write('wrong.json', '{\n  "plans": { "p": { "regoins": {} } }\n}\n');
});
afterAll(() => at[Symbol.dispose]());

/** The production policy, run once a week. */
function weekly(): string {
  return policyText(production).replace('cron(0 5,11,17,23 ? * * *)', 'cron(0 5 ? * SUN *)');
}

const onSample = (...args: readonly string[]) => at.run('policy', ...args, '--snapshot', 'holdfast-org.json');
const LIFECYCLE = 'plans/company-backups/rules/daily/lifecycle/delete_after_days';

test('effective prints the document as AWS does, by id, name or path of the account', async () => {
  const documents = await Promise.all(
    [SHOP, 'shop', 'Root/Production/shop'].map((account) => onSample('effective', '--account', account, '--json')),
  );
  const [{ stdout: document } = { stdout: '' }] = documents;
  expect(documents.map(({ stdout }) => stdout)).toEqual([document, document, document]);
  expect(JSON.parse(document)).toMatchObject({
    plans: {
      'company-backups': {
        regions: ['us-east-1', 'eu-central-1'],
        rules: { daily: { target_backup_vault_name: 'company-vault', lifecycle: { delete_after_days: '90' } } },
      },
    },
  });
});

test('effective for people says who set what, and what was refused', async () => {
  const { stdout } = await onSample('effective', '--account', 'sandbox');
  expect(stdout).toMatch(new RegExp(`${LIFECYCLE} +7 +sandbox-wishes at sandbox`));
  expect(stdout).toContain('@@assign my-own-vault, asked by sandbox-wishes at sandbox, forbidden by base at root');
});

test('effective after a change: the account in another unit', async () => {
  const { stdout } = await onSample('effective', '--account', 'sandbox', '--move', 'sandbox@Production', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    plans: { 'company-backups': { regions: ['us-east-1', 'eu-central-1'] } },
  });
});

test('explain draws every value with its origin, what lost and what is locked', async () => {
  const { stdout, code } = await onSample('explain', '--account', 'sandbox');
  expect(code).toBe(0);
  expect(stdout).toContain(`Root/Development/sandbox ${SANDBOX}, BACKUP_POLICY`);
  expect(stdout).toContain(
    [
      '      │     ├─ target_backup_vault_name = company-vault  base at Root (21:13)',
      '      │     │    refused @@assign my-own-vault of sandbox-wishes at sandbox (7:13), forbidden by base at Root (22:13)',
      '      │     │    locked by base at Root (22:13): levels below may change nothing',
      '      │     └─ lifecycle',
      '      │        └─ delete_after_days = 7  sandbox-wishes at sandbox (11:15)',
      '      │             replaced @@assign 35 of base at Root (28:15), by sandbox-wishes at sandbox (11:15)',
    ].join('\n'),
  );
});

test('explain of one path shows that part alone; of a path that nobody speaks of, nothing', async () => {
  const one = await onSample('explain', '--account', 'shop', '--path', LIFECYCLE);
  expect(one.stdout.split('\n').slice(1)).toEqual([
    'plans/company-backups/rules/daily/lifecycle',
    '└─ delete_after_days = 90  production at Production (16:15)',
    '     replaced @@assign 35 of base at Root (28:15), by production at Production (16:15)',
    '',
  ]);
  const none = await onSample('explain', '--account', 'shop', '--path', 'plans/other');
  expect(none).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('Nothing is said at this path') });
});

test('explain in JSON is the engine’s data', async () => {
  const { stdout } = await onSample('explain', '--account', 'shop', '--path', LIFECYCLE, '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    accountId: SHOP,
    root: { value: '90', setBy: [{ policyName: 'production', nodeName: 'Production', line: 16 }] },
  });
});

test('diff ends with 2 when a change weakens protection and says for whom and how', async () => {
  const { code, stdout } = await onSample('diff', '--set-policy', 'production=production.json');
  expect(code).toBe(2);
  expect(stdout).toContain('2 accounts change, 2 stay as before.');
  expect(stdout).toContain('2 accounts: Root/Production/shop, Root/Production/payments');
  expect(stdout).toMatch(/weakens +rule daily of plan company-backups runs weekly instead of every 6 hours/);
  expect(stdout).toContain('Protection is weakened.');
});

test('diff ends with 0 when nothing is weakened', async () => {
  const better = await onSample('diff', '--attach', 'production@Development');
  expect(better).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing weakens protection.') });
  const none = await onSample('diff', '--after', 'holdfast-org.json');
  expect(none).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing changes.') });
});

test('diff takes its changes in the order given and together', async () => {
  const { code, stdout } = await onSample(
    ...['diff', '--new-policy', 'weekly=production.json', '--attach', 'weekly@Development'],
    ...['--move', 'payments@Development', '--detach', 'sandbox-wishes@sandbox', '--json'],
  );
  const diff = JSON.parse(stdout) as { groups: { accountIds: string[]; changes: { kind: string }[] }[] };
  expect(code).toBe(2);
  expect(diff.groups.map(({ accountIds }) => accountIds.length)).toEqual([1, 1]);
  expect(diff.groups.flatMap(({ changes }) => changes.map(({ kind }) => kind))).toContain('schedule-changed');
});

test.each<[what: string, args: readonly string[], expected: RegExp]>([
  ['no change at all', [], /There is no change/],
  ['an unknown option', ['--nope'], /unknown option '--nope'/],
  [
    'an unknown policy',
    ['--attach', 'nobody@Root'],
    /The change cannot be made: There is no policy "nobody"\.\n.*--attach nobody@Root/,
  ],
  ['a policy that is there already', ['--attach', 'base@Root'], /base is attached to Root already/],
  ['a form that means nothing', ['--move', 'sandbox'], /--move sandbox: that is not of the form ACCOUNT@UNIT/],
  ['a file that is not there', ['--set-policy', 'base=missing.json'], /The file cannot be read \(ENOENT\)/],
  [
    'a content that AWS would refuse',
    ['--set-policy', 'base=wrong.json'],
    /AWS would refuse this policy: line 2, column/,
  ],
])('diff with %s ends with 1: 2 is for what weakens', async (_what, args, expected) => {
  const { code, stdout, stderr } = await onSample('diff', ...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(expected);
});

test('calendar shows runs in UTC and a zone, and names the change of its clock', async () => {
  const span = ['--from', '2030-03-30', '--days', '2', '--zone', 'Europe/Berlin'];
  const { stdout } = await onSample('calendar', '--account', 'sandbox', ...span);
  expect(stdout.split('\n').slice(1)).toEqual([
    'The clock of Europe/Berlin goes forward on 2030-03-31 01:00Z (+01:00 → +02:00); runs stay where they are in UTC',
    'company-backups/daily in us-east-1: 2 runs',
    '  2030-03-30 05:00Z  2030-03-30 06:00 +01:00',
    '  2030-03-31 05:00Z  2030-03-31 07:00 +02:00  from here on at another local time: +01:00 → +02:00',
    '',
  ]);
});

test('calendar writes a calendar file with one event for each run', async () => {
  const span = ['--from', '2030-03-30', '--days', '2'];
  const { stdout } = await onSample('calendar', '--account', 'shop', ...span, '--ics', 'shop.ics');
  expect(stdout).toBe('8 runs written to shop.ics\n');
  const file = at.read('shop.ics');
  expect(file.match(/^BEGIN:VEVENT\r$/gm)).toHaveLength(8);
  expect(file.match(/^DTSTART:20300330T(05|11|17|23)0000Z\r$/gm)).toHaveLength(4);
  const again = await onSample('calendar', '--account', 'shop', ...span, '--ics', '-');
  expect(again.stdout.replace(/DTSTAMP:.*/g, '')).toBe(file.replace(/DTSTAMP:.*/g, ''));
});

test('forecast counts what is kept at each day of a year, by plan and account', async () => {
  const { stdout } = await onSample('forecast', '--from', '2030-01-01', '--json');
  const { plans } = JSON.parse(stdout) as {
    plans: {
      accountIds: string[];
      rules: { rule: string; runs: number; kept: number[]; copies: { kept: number[] }[] }[];
    }[];
  };
  const shop = plans.find(({ accountIds }) => accountIds.includes(SHOP))?.rules[0];
  expect(shop).toMatchObject({ rule: 'daily', runs: 1460 });
  expect(shop?.kept).toHaveLength(365);
  expect([0, 6, 89, 200].map((day) => shop?.kept[day])).toEqual([4, 28, 360, 360]);
  expect(shop?.copies[0]?.kept.at(-1)).toBe(1460);
  const one = await onSample('forecast', '--account', 'sandbox', '--from', '2030-01-01', '--days', '30');
  expect(one.stdout).toMatch(
    /1 account: Root\/Development\/sandbox\nKEPT AFTER +RUNS +1 DAY +7 DAYS +30 DAYS\ndaily +30 +1 +7 +7\n/,
  );
});

test.each<[what: string, args: readonly string[], expected: RegExp]>([
  ['an account that is not there', ['explain', '--account', 'nobody'], /There is no root, unit or account "nobody"/],
  ['a unit where an account is due', ['explain', '--account', 'Production'], /Production is no account/],
])('%s ends with 1', async (_what, args, expected) => {
  const { code, stderr } = await onSample(...args);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(expected) });
});

test.each<[what: string, args: readonly string[], expected: RegExp]>([
  [
    'a zone that does not exist',
    ['calendar', '--account', 'shop', '--zone', 'Mars/Base'],
    /'Mars\/Base' is not a time zone/,
  ],
  [
    'a type that does not merge',
    ['effective', '--type', 'SERVICE_CONTROL_POLICY'],
    /is not a type of policies that merge/,
  ],
  ['no account', ['effective'], /Which account\?/],
  ['days that are no number', ['forecast', '--days', 'many'], /'many' is not a number of days/],
  ['a moment that is none', ['forecast', '--from', 'soon'], /'soon' is no moment/],
])('%s is a usage error', async (_what, args, expected) => {
  const { code, stderr } = await onSample(...args);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(expected) });
});

test('nothing to ask is said plainly: no credentials, no server', async () => {
  const { code, stderr } = await at.run('policy', 'explain', '--account', 'shop');
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('There are no credentials.') });
});
