/** Lists that may have thousands of entries, as people read them. */
import { plural } from './quantities.ts';
import { printable } from './text-width.ts';

const SHOWN_MAX = 5;

export interface Listing<Item> {
  readonly text?: (item: Item) => string;
  readonly max?: number | undefined;
}

/** The first few, and how many there are besides. */
export function listed<Item>(items: readonly Item[], { text = String, max = SHOWN_MAX }: Listing<Item> = {}): string {
  const more = items.length - max;
  const shown = items.slice(0, max).map((item) => printable(text(item)));
  return `${shown.join(', ')}${more > 0 ? ` and ${plural(more, 'more', 'more')}` : ''}`;
}
