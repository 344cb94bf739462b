/**
 * The known name that an unknown one was probably meant to be.
 */

/** Further apart, a suggestion would be a guess. */
const EDITS_MAX = 3;

export function nearestName(given: string, known: readonly string[]): string | undefined {
  const ranked = known
    .filter((name) => Math.abs(name.length - given.length) <= EDITS_MAX)
    .map((name) => ({ name, edits: editDistance(given, name) }))
    .filter(({ name, edits }) => edits <= EDITS_MAX && edits < name.length / 2)
    .toSorted((a, b) => a.edits - b.edits);
  return ranked[0]?.name;
}

/** Insertions, deletions and replacements (Levenshtein), row by row. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, character] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const replaced = (row[j] ?? 0) + (character === b[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
