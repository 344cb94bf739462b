/**
 * `holdfast audit export`: records of a time, oldest first, as lines of JSON or as a file in CloudTrail's form, which
 * tools that read CloudTrail's deliveries take. Memory does not grow with their number.
 */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Command, Option } from 'commander';
import { type CommandContext, environmentOf, withDataOption } from '../command-context.ts';
import { operatorLines } from '../connection/operator-lines.ts';
import { Failure, UsageFailure } from '../output/failure.ts';
import { plural } from '../output/quantities.ts';
import { parseMoment } from '../policies/time-options.ts';
import { parseAccount } from './audit-tail.ts';

interface ExportOptions {
  readonly data?: string;
  readonly from?: number;
  readonly to?: number;
  readonly account?: string;
  readonly format: 'jsonl' | 'cloudtrail';
  readonly output?: string;
}

export function addAuditExport(parent: Command, context: CommandContext): void {
  withDataOption(parent.command('export'))
    .description('records of events, for other tools and for keeping')
    .option('--from <moment>', 'ISO 8601, such as 2030-03-28 (default: the oldest there is)', parseMoment)
    .option('--to <moment>', 'ISO 8601, not included (default: up to now)', parseMoment)
    .option('--account <id>', 'only of this account', parseAccount)
    .addOption(
      new Option('--format <form>', 'jsonl: a record a line; cloudtrail: {"Records":[…]}')
        .choices(['jsonl', 'cloudtrail'])
        .default('jsonl'),
    )
    .option('-o, --output <file>', 'write to this file, compressed when its name ends in .gz (default: print)')
    .action(async (options: ExportOptions) => {
      const { dataFolder, workingFolder } = environmentOf(context, options);
      const { from, to, account, format, output } = options;
      if (from !== undefined && to !== undefined && from > to) throw new UsageFailure('--from is after --to.');
      const query = { from: from?.toString(), to: to?.toString(), account };
      const counted = { records: 0 };
      const texts = written(operatorLines(dataFolder, '/audit/export', query, context.signal), format, counted);
      if (output === undefined) {
        for await (const text of texts) context.terminal.write(text);
        return;
      }
      await writeFile(path.resolve(workingFolder, output), texts, context.signal);
      context.terminal.line(`${output}: ${plural(counted.records, 'record')}`);
    });
}

async function* written(
  records: AsyncIterable<string>,
  format: ExportOptions['format'],
  counted: { records: number },
): AsyncGenerator<string> {
  if (format === 'cloudtrail') yield '{"Records":[';
  for await (const record of records) {
    const first = counted.records++ === 0;
    yield format === 'jsonl' ? `${record}\n` : `${first ? '' : ','}${record}`;
  }
  if (format === 'cloudtrail') yield ']}\n';
}

/** The file has its name once it is whole. */
async function writeFile(file: string, texts: AsyncIterable<string>, signal: AbortSignal): Promise<void> {
  const part = `${file}.part`;
  try {
    const source = Readable.from(texts);
    const target = createWriteStream(part, { mode: 0o600 });
    if (file.endsWith('.gz')) await pipeline(source, createGzip(), target, { signal });
    else await pipeline(source, target, { signal });
    await rename(part, file);
  } catch (cause) {
    await rm(part, { force: true });
    if (cause instanceof Failure) throw cause;
    throw new Failure(`The records could not be written: ${(cause as Error).message}`, { where: file, cause });
  }
}
