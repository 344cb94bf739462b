/** Every connector there is: the only list. One more is its folder and one line here. */
import type { Connector, RunProcess } from '@holdfast/connector-kit';
import { directory } from './directory/directory.ts';
import { postgres } from './postgres/postgres.ts';

export function allConnectors(run: RunProcess): readonly Connector[] {
  return [directory, postgres(run)];
}
