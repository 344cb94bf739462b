/**
 * Many checks in one test, some at once: a test for each of a thousand costs more than what it checks, and the database
 * works while the next requests are signed.
 */

const AT_ONCE = 12;
/** Milliseconds for all of them on a machine that does much else. */
export const PATIENCE = 600_000;

/** What went wrong, by name; a check that is right throws nothing. */
export async function failuresOf<Item>(
  items: readonly (readonly [name: string, item: Item])[],
  check: (item: Item, name: string) => Promise<void>,
): Promise<string[]> {
  const failures: string[] = [];
  const tryOne = async ([name, item]: readonly [string, Item]): Promise<void> => {
    await check(item, name).catch((error: unknown) => {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    });
  };
  for (let at = 0; at < items.length; at += AT_ONCE) await Promise.all(items.slice(at, at + AT_ONCE).map(tryOne));
  return failures;
}
