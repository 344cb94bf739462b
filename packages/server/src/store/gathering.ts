/**
 * Point reads that go together: those asked for while a statement is under way leave in the next one, all at once.
 *
 * The first of them goes at once, so a quiet server answers as fast as without; a busy one makes one round trip for
 * all of its connections. INVARIANT: nothing is remembered. A statement begins after everything it answers was asked
 * for, so no answer is older than its question.
 */

/** Resolves with what was found, by key; keys without anything are left out. */
type ReadMany<Key, Found> = (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Found>>;

interface Waiting<Found> {
  readonly found: Promise<Found | undefined>;
  readonly resolve: (found: Found | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** So many statements run side by side before the next ones wait for each other. */
const UNDER_WAY_MAX = 2;

export function gathering<Key, Found>(
  readMany: ReadMany<Key, Found>,
  underWayMax = UNDER_WAY_MAX,
): (key: Key) => Promise<Found | undefined> {
  let waiting = new Map<Key, Waiting<Found>>();
  let underWay = 0;

  const send = async (): Promise<void> => {
    const batch = waiting;
    waiting = new Map();
    underWay++;
    try {
      const found = await readMany([...batch.keys()]);
      for (const [key, { resolve }] of batch) resolve(found.get(key));
    } catch (error) {
      for (const { reject } of batch.values()) reject(error);
    } finally {
      underWay--;
      if (waiting.size > 0) void send();
    }
  };

  return (key) => {
    const already = waiting.get(key);
    if (already) return already.found;
    const { promise: found, resolve, reject } = Promise.withResolvers<Found | undefined>();
    waiting.set(key, { found, resolve, reject });
    if (underWay < underWayMax) void send();
    return found;
  };
}
