/** Lists that may have thousands of entries, as people read them. */
import { plural } from './quantities.ts';
import { printable } from './text-width.ts';

const SHOWN_MAX = 5;

/** The first few, and how many there are besides. */
export function listed(texts: readonly string[], max: number = SHOWN_MAX): string {
  const more = texts.length - max;
  return `${texts.slice(0, max).map(printable).join(', ')}${more > 0 ? ` and ${plural(more, 'more', 'more')}` : ''}`;
}
