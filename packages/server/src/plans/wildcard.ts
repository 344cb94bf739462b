/**
 * Patterns with `*` in selections. Source: backup spec 4.1.
 *
 * `*` stands for any number of characters that are not whitespace; a text that holds whitespace matches no pattern with
 * `*`.
 */

export function hasWildcard(pattern: string): boolean {
  return pattern.includes('*');
}

/** The pattern as a question; linear in the text, whatever the pattern. */
export function matcher(pattern: string): (text: string) => boolean {
  if (!hasWildcard(pattern)) return (text) => text === pattern;
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop() ?? '';
  const middle = rest.filter((part) => part !== '');
  return (text) => {
    if (/\s/.test(text)) return false;
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let from = first.length;
    // The leftmost place of each part leaves the most room for the next: no other choice has to be tried.
    for (const part of middle) {
      const at = text.indexOf(part, from);
      if (at < 0 || at + part.length > end) return false;
      from = at + part.length;
    }
    return true;
  };
}
