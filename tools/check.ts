/**
 * `npm run check`: all that can be said about the code without running it. The parts run side by side; each says in one
 * line that it holds, or shows what does not. Exit code 1 if any does not.
 *
 *     npm run check                   everything
 *     npm run check -- types arrows   only these
 *     npm run check -- --list         what there is
 */
import path from 'node:path';
import { PARTS } from './checks/parts.ts';

const root = path.resolve(import.meta.dirname, '..');
const given = process.argv.slice(2);
const unknown = given.filter((name) => name !== '--list' && !PARTS.some((part) => part.name === name));

if (given.includes('--list') || unknown.length > 0) {
  for (const name of unknown) console.error(`There is no part '${name}'.`);
  for (const part of PARTS) console.log(`${part.name.padEnd(10)} ${part.what}`);
  process.exitCode = unknown.length > 0 ? 2 : 0;
} else {
  const chosen = PARTS.filter((part) => given.length === 0 || given.includes(part.name));
  const verdicts = await Promise.all(
    chosen.map(async (part) => {
      const start = performance.now();
      const { ok, output } = await part.run(root);
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      console.log(`${ok ? 'ok    ' : 'BROKEN'} ${part.name.padEnd(10)} ${seconds} s${ok ? '' : `\n${output}\n`}`);
      return ok;
    }),
  );
  const broken = verdicts.filter((ok) => !ok).length;
  console.log(`check: ${verdicts.length - broken} ok, ${broken} broken`);
  process.exitCode = broken > 0 ? 1 : 0;
}
