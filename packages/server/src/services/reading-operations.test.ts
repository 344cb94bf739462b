/** Operations that only read run without a transaction, so nothing in their files may write or lock. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const READING_FILE = /^(?:describe|get|list)-.*(?<!\.test)\.ts$/;
/** First words of what the store calls its statements that change or lock something. */
const WRITES =
  /^(?:add|attach|create|delete|detach|ensure|insert|lock|move|note|put|record|remove|request|save|set|take|update)[A-Z]/;

const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((file) =>
  READING_FILE.test(path.basename(file)),
);

function importedFromStore(file: string): string[] {
  const text = readFileSync(path.join(import.meta.dirname, file), 'utf8');
  return [...text.matchAll(/import \{([^}]*)\} from '\.\.\/\.\.\/(?:store|plans|jobs)\//g)].flatMap(([, names = '']) =>
    names.split(',').map((name) => name.replace('type ', '').trim()),
  );
}

test.each(files)('%s imports nothing that writes', (file) => {
  expect(importedFromStore(file).filter((name) => WRITES.test(name) && !name.endsWith('ById'))).toEqual([]);
});
