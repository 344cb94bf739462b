/**
 * Colours for people: only on a terminal, and never when NO_COLOR is set (https://no-color.org).
 */

export interface Colours {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly strong: (text: string) => string;
}

const sgr =
  (open: number, close: number) =>
  (text: string): string =>
    `\u001b[${open}m${text}\u001b[${close}m`;
const plain = (text: string): string => text;

export const COLOURED: Colours = {
  good: sgr(32, 39),
  bad: sgr(31, 39),
  warn: sgr(33, 39),
  faint: sgr(2, 22),
  strong: sgr(1, 22),
};

export const PLAIN: Colours = { good: plain, bad: plain, warn: plain, faint: plain, strong: plain };

/** The colour that AWS's state names deserve, the same in every table. */
export function colourOfState(state: string, colours: Colours): (text: string) => string {
  switch (state) {
    case 'COMPLETED':
    case 'AVAILABLE':
    case 'ACTIVE':
    case 'ok':
    case 'equal':
      return colours.good;
    case 'FAILED':
    case 'EXPIRED':
    case 'ABORTED':
    case 'problem':
    case 'different':
      return colours.bad;
    case 'PARTIAL':
    case 'ABORTING':
    case 'warning':
    case 'refused':
      return colours.warn;
    default:
      return plain;
  }
}
