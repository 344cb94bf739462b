/**
 * The reference page of operations: what each service answers, from the very lists that the server refuses to start
 * without.
 */
import { loadServices } from '@holdfast/server';

const COLUMNS = 3;

export async function operationsPage(): Promise<string> {
  const services = (await loadServices()).toSorted((one, other) => one.title.localeCompare(other.title));
  const rows = services.map((service) => {
    const operations = service.operations();
    const there = operations.filter(({ implemented }) => implemented).map(({ name }) => name);
    const missing = operations.filter(({ implemented }) => !implemented).map(({ name }) => name);
    return { title: service.title, name: service.name, there, missing };
  });
  return [
    '# Operations',
    '',
    'Generated from the code by `npm run generate`; do not edit. An operation that is not there answers HTTP 501 with',
    '`NotImplementedException` (`NotImplemented` from IAM and STS); none pretends.',
    '',
    '| service | signing name | there | not yet |',
    '|---|---|---|---|',
    ...rows.map(
      ({ title, name, there, missing }) => `| ${title} | \`${name}\` | ${there.length} | ${missing.length} |`,
    ),
    ...rows.flatMap(({ title, there, missing }) => [
      '',
      `## ${title}: ${there.length} of ${there.length + missing.length}`,
      '',
      ...list(there),
      ...(missing.length === 0 ? [] : ['', 'Not there yet:', '', ...list(missing)]),
    ]),
    '',
  ].join('\n');
}

function list(names: readonly string[]): string[] {
  const sorted = names.toSorted();
  const lines = Math.ceil(sorted.length / COLUMNS);
  const rows = Array.from({ length: lines }, (_, line) =>
    Array.from({ length: COLUMNS }, (_unused, column) => sorted[column * lines + line] ?? ''),
  );
  return ['| | | |', '|---|---|---|', ...rows.map((row) => `| ${row.join(' | ')} |`)];
}
