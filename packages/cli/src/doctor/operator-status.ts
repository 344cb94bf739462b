/**
 * What the server says of itself over the operator's socket, judged: database, storage of each region, agents,
 * clocks.
 */
import { MINUTE_MS, SECOND_MS } from '@holdfast/kernel';
import { askOperator } from '../connection/operator.ts';
import { Failure } from '../output/failure.ts';
import { formatBytes, formatDuration, plural } from '../output/quantities.ts';
import { type Check, ok, problem, warning } from './check.ts';
import { spaceCheck } from './storage.ts';

const CLOCKS_APART_MS = 5 * SECOND_MS;
/** Records of events are written once a second; more than this wait only when they cannot be. */
const RECORDS_WAITING_MAX = 5_000;
const PUBLICATION_LATE_MS = 10 * MINUTE_MS;

/** The answer of `GET /status`, as far as it is judged. */
interface Status {
  readonly versions: Readonly<Record<string, string>>;
  readonly database: { readonly sizeBytes: number; readonly accounts: number };
  readonly storage: readonly {
    readonly region: string;
    readonly vaultFolder: string;
    readonly freeBytes: number | null;
  }[];
  readonly resourceFolders?: 'any' | 'listed';
  readonly retentionHeldUntil?: string | null;
  readonly work: readonly { readonly kind: string; readonly running: number; readonly lateLeases: number }[];
  readonly publication?: {
    readonly changes: number;
    readonly accounts: number;
    readonly plans: number;
    readonly waitingMs: number;
  };
  readonly audit?: { readonly waiting: number; readonly chainIsCut: boolean };
  readonly clock: { readonly aheadMs: number };
}

export async function checkOperatorStatus(dataFolder: string): Promise<Check[]> {
  try {
    const status = await askOperator(dataFolder, 'GET', '/status');
    return isStatus(status) ? statusChecks(status) : [unknownAnswer()];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [warning('operator', error.message, error.advice ?? 'See the log of the server.')];
  }
}

function statusChecks(status: Status): Check[] {
  const { versions, database, storage, resourceFolders, work, clock } = status;
  return [
    ok(
      'versions',
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ),
    ok('database', `${formatBytes(database.sizeBytes)}, ${plural(database.accounts, 'account')}`),
    ...storage.map(({ region, vaultFolder, freeBytes }) =>
      freeBytes === null
        ? ok(`vaults ${region}`, `${vaultFolder}, made with the first vault`)
        : spaceCheck(`vaults ${region}`, freeBytes, vaultFolder),
    ),
    ...folderChecks(resourceFolders, database.accounts),
    ...agentChecks(work),
    ...publicationChecks(status.publication),
    ...auditChecks(status.audit),
    ...retentionChecks(status.retentionHeldUntil ?? null),
    databaseClock(clock.aheadMs),
  ];
}

/** Whoever may register resources has the server's rights on the host, unless the operator says where. */
function folderChecks(resourceFolders: Status['resourceFolders'], accounts: number): Check[] {
  if (resourceFolders !== 'any' || accounts < 2) return [];
  return [
    warning(
      'folders',
      `each of ${plural(accounts, 'account')} may back up, and restore to, every folder of this host but Holdfast's own`,
      'If not all accounts are yours, set resourceFolders in holdfast.json: {"ACCOUNT ID": ["/its/folder"], "*": []}.',
    ),
  ];
}

function retentionChecks(heldUntil: string | null): Check[] {
  if (heldUntil === null) return [];
  return [
    problem(
      'retention',
      `the clock was suddenly more than 30 days ahead: nothing is deleted for its age before ${heldUntil}`,
      'See that the time of this host is right (timedatectl); if it is, there is nothing to do.',
    ),
  ];
}

function agentChecks(work: Status['work']): Check[] {
  const late = work.filter(({ lateLeases }) => lateLeases > 0);
  if (late.length > 0) {
    const found = late.map(({ kind, lateLeases }) => plural(lateLeases, `${kind} job`)).join(', ');
    return [
      warning(
        'agent',
        `not heard of for longer than a lease: ${found}`,
        'They are started again by themselves; if not, see the log.',
      ),
    ];
  }
  const running = work.map(({ kind, running: count }) => plural(count, `${kind} job`)).join(', ');
  return [ok('agent', running === '' ? 'built in, idle' : `built in, works on ${running}`)];
}

/** Changes of policies count in seconds, at the root of the largest organization in minutes. */
function publicationChecks(publication: Status['publication']): Check[] {
  if (!publication) return [];
  const { changes, accounts, plans, waitingMs } = publication;
  if (changes + accounts + plans === 0) return [ok('publication', 'every change of policies counts everywhere')];
  const waiting = `${plural(changes, 'change')}, ${plural(accounts, 'effective policy', 'effective policies')} and the plans of ${plural(plans, 'account')} wait, the oldest for ${formatDuration(waitingMs)}`;
  if (waitingMs <= PUBLICATION_LATE_MS) return [ok('publication', waiting)];
  return [
    warning('publication', waiting, 'If the numbers do not fall, see the log of the server (publisher, reconciler).'),
  ];
}

function auditChecks(audit: Status['audit']): Check[] {
  if (!audit) return [];
  const checks: Check[] = [];
  if (audit.chainIsCut) {
    checks.push(
      problem(
        'events',
        'the record of events does not contain what this server sealed last: its end was cut off or rewritten',
        'holdfast audit verify says where. After you restored an older dump: delete audit.mark, start again.',
      ),
    );
  }
  if (audit.waiting > RECORDS_WAITING_MAX) {
    const found = `${plural(audit.waiting, 'record')} of events cannot be written; at 20,000 reads are refused`;
    checks.push(
      problem('events', found, "See the log of the server ('audit.write-failed', 'background.tick-failed')."),
    );
  }
  return checks.length > 0 ? checks : [ok('events', 'on record')];
}

function databaseClock(aheadMs: number): Check {
  const apart = Math.abs(aheadMs);
  if (apart <= CLOCKS_APART_MS) return ok('database clock', "agrees with the server's");
  return problem(
    'database clock',
    `${formatDuration(apart)} apart from the server's`,
    'Set both clocks by NTP (timedatectl set-ntp true).',
  );
}

function unknownAnswer(): Check {
  return warning(
    'operator',
    'the server answers in another way than this command expects',
    'Use the holdfast command of the same version.',
  );
}

function isStatus(value: unknown): value is Status {
  if (typeof value !== 'object' || value === null) return false;
  return ['versions', 'database', 'storage', 'work', 'clock'].every((member) => member in value);
}
