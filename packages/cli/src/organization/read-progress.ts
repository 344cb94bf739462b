/**
 * How far reading an organization has come: a line that is drawn over on a terminal, nothing where output goes to a
 * file.
 */
import { liveArea } from '../output/live-area.ts';
import { plural } from '../output/quantities.ts';
import type { Terminal } from '../output/terminal.ts';

export interface ReadProgress {
  readonly units: number;
  readonly accounts: number;
  readonly policies: number;
  readonly policiesKnown: number;
}

export type TellProgress = (progress: Partial<ReadProgress>) => void;

/** Hands out the function that is told what is new; the line stays when the block ends. */
export function readProgress(terminal: Terminal): Disposable & { readonly tell: TellProgress } {
  const area = liveArea(terminal);
  let seen: ReadProgress = { units: 0, accounts: 0, policies: 0, policiesKnown: 0 };
  return {
    tell(progress) {
      seen = { ...seen, ...progress };
      area.show([progressLine(seen)]);
    },
    [Symbol.dispose]: () => area[Symbol.dispose](),
  };
}

function progressLine({ units, accounts, policies, policiesKnown }: ReadProgress): string {
  const tree = `${plural(units, 'unit')}, ${plural(accounts, 'account')}`;
  return policiesKnown === 0 ? `Reading: ${tree}` : `Reading: ${tree}, policy ${policies} of ${policiesKnown}`;
}
