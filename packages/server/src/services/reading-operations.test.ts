/** Operations that only read run without a transaction, so nothing in their files may write or lock. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadServices } from './all.ts';

const READING_FILE = /^(?:describe|get|list)-.*(?<!\.test)\.ts$/;
/** What AWS calls operations that only read. */
const READING_NAME = /^(?:Describe|Get|List)/;
/** `service:Operation` that are called so and yet write; they are made with `operation`. */
const WRITING_ALL_THE_SAME: readonly string[] = ['sts:GetSessionToken'];
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

test('whatever is called Describe…, Get… or List… is made with readingOperation, or named here as writing', async () => {
  const services = await loadServices();
  const inTransactions = services.flatMap(({ name: service, handlers }) =>
    [...handlers.values()]
      .filter(({ name, run }) => READING_NAME.test(name) && run.kind !== 'reads')
      .map(({ name }) => `${service}:${name}`),
  );
  expect(inTransactions).toEqual(WRITING_ALL_THE_SAME);
});
