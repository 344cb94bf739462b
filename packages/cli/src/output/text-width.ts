/**
 * How many columns a text takes on a terminal, and cutting it to fit.
 *
 * Escape sequences take none, wide East Asian characters and emoji take two, combining marks none.
 * Good enough for names and paths; not a full implementation of Unicode's width tables.
 */

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with a control character
const ESCAPE_SEQUENCE = /\u001b\[[0-9;]*m/g;
const COMBINING = /\p{Mark}|\u200d|\ufe0f/u;
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g;

export function textWidth(text: string): number {
  let width = 0;
  for (const character of text.replace(ESCAPE_SEQUENCE, '')) width += characterWidth(character);
  return width;
}

/** At most `width` columns; an ellipsis tells that something was cut. The text must hold no escape sequences. */
export function cut(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const character of text) {
    const next = characterWidth(character);
    if (used + next > width - 1) break;
    kept += character;
    used += next;
  }
  return width > 0 ? `${kept}…` : '';
}

/** As `cut`, but keeps both ends: for paths, whose beginnings are often the same. */
export function cutMiddle(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  const head = Math.floor((width - 1) / 3);
  const beginning = cut(text, head + 1).slice(0, -1);
  let end = '';
  let used = textWidth(beginning) + 1;
  for (const character of [...text].reverse()) {
    const next = characterWidth(character);
    if (used + next > width) break;
    end = character + end;
    used += next;
  }
  return width > 0 ? `${beginning}…${end}` : '';
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - textWidth(text))) + text;
}

/**
 * Text of others, made safe for a terminal: control characters (a newline in a file's name, an escape) become
 * visible.
 */
export function printable(text: string): string {
  return text.replace(CONTROL, (character) => JSON.stringify(character).slice(1, -1));
}

function characterWidth(character: string): number {
  if (COMBINING.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
