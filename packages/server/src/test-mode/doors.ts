/**
 * The doors of test mode: `/_holdfast/reset`, `clock`, `settle`, `accounts`. They ask for no signature, which is why
 * they exist in this mode only, on a server that keeps nothing.
 */
import { type Instant, isoTime } from '@holdfast/kernel';
import { readSnapshot } from '@holdfast/policy';
import { type Door, DoorError } from '../doors/door.ts';
import type { Installation } from '../installation.ts';
import { createStandaloneAccount } from '../operator/create-account.ts';
import { OperatorError } from '../operator/operator-error.ts';
import { addDuration } from './duration.ts';
import { type ImportCaller, importSnapshot } from './import-snapshot.ts';
import { snapshotText } from './snapshot-text.ts';
import type { TestMode } from './test-mode.ts';

/** A snapshot of an organization of 50,000 accounts. */
const SNAPSHOT_BYTES_MAX = 64 * 1_024 * 1_024;
const YEARS_AT_ONCE_MAX = 10;

export interface DoorParts {
  readonly testMode: TestMode;
  readonly installation: Installation;
  /** The administrator of the first account, which imports snapshots. */
  readonly caller: ImportCaller;
  /** Ends this life of the server and begins another one, with nothing in it. */
  reset(): Promise<void>;
}

type Members = Readonly<Record<string, unknown>>;

export function doorsOf(parts: DoorParts): Door[] {
  const { testMode, installation } = parts;
  return [
    {
      method: 'GET',
      path: '/_holdfast/clock',
      answer: async () => ({ body: { now: isoTime(testMode.clock.now()) } }),
    },
    {
      method: 'POST',
      path: '/_holdfast/clock',
      answer: async ({ body }) => ({ body: await testMode.advance(destinationOf(body)) }),
    },
    { method: 'POST', path: '/_holdfast/settle', answer: async () => ({ body: await testMode.settle() }) },
    {
      method: 'POST',
      path: '/_holdfast/reset',
      bodyBytesMax: SNAPSHOT_BYTES_MAX,
      answer: async ({ body }) => ({ body: await reset(parts, body) }),
    },
    {
      method: 'POST',
      path: '/_holdfast/accounts',
      answer: async ({ body }) => ({ body: await createAccount(installation, body) }),
    },
  ];
}

/** `{"advance": "P30D"}` or `{"to": "2027-01-01T00:00:00Z"}`; where that leads is known when its turn has come. */
function destinationOf(body: Members): (now: Instant) => Instant {
  const { advance, to, ...others } = body;
  onlyKnown(others, 'advance or to');
  if (typeof advance === 'string' && to === undefined) {
    return (now) =>
      checked(now, addDuration(now, advance), `"${advance}" is no ISO 8601 duration such as P30D or PT1H.`);
  }
  if (typeof to === 'string' && advance === undefined) {
    return (now) => checked(now, momentOf(to), `"${to}" is no moment such as 2027-01-01T00:00:00Z.`);
  }
  throw invalid(
    'The body says either "advance", a duration such as "P30D", or "to", a moment such as "2027-01-01T00:00:00Z".',
  );
}

function checked(now: Instant, to: Instant | undefined, problem: string): Instant {
  if (to === undefined) throw invalid(problem);
  if (to < now) throw invalid(`The clock goes forward only: it is ${isoTime(now)} already. A reset takes it back.`);
  if (to > (addDuration(now, `P${YEARS_AT_ONCE_MAX}Y`) ?? to)) {
    throw invalid(`The clock moves ${YEARS_AT_ONCE_MAX} years at once, at most.`);
  }
  return to;
}

function momentOf(text: string): Instant | undefined {
  if (!/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

async function reset({ caller, testMode, ...parts }: DoorParts, { snapshot, ...others }: Members): Promise<object> {
  onlyKnown(others, 'snapshot');
  const text = snapshot === undefined ? undefined : snapshotText(snapshot);
  const reading = text === undefined ? undefined : readSnapshot(text);
  // Before anything is emptied: a reset that is refused changes nothing.
  if (reading && !reading.ok) {
    const [first] = reading.diagnostics;
    throw invalid(`The snapshot cannot be read: ${first?.message ?? 'it is no snapshot of an organization.'}`);
  }
  await parts.reset();
  return reading ? importSnapshot(reading.snapshot, caller, testMode) : {};
}

async function createAccount(installation: Installation, { name, email, ...others }: Members): Promise<object> {
  onlyKnown(others, 'name and email');
  if (typeof name !== 'string' || typeof email !== 'string') throw invalid('The body says "name" and "email".');
  try {
    const made = await installation.db
      .transaction()
      .execute((tx) => createStandaloneAccount(tx, installation, { name, email }));
    const { accountId, accessKeyId, secretAccessKey } = made;
    return { accountId, credentials: { accessKeyId, secretAccessKey } };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    throw new DoorError(error.message, { status: error.httpStatus, code: 'InvalidAccount', cause: error });
  }
}

function onlyKnown(others: Members, known: string): void {
  const [name] = Object.keys(others);
  if (name !== undefined) throw invalid(`The body knows ${known}, and no "${name}".`);
}

function invalid(message: string): DoorError {
  return new DoorError(message, { status: 400, code: 'InvalidRequest' });
}
