/** A record of an event in one line for people. What is not there is left out; control characters are shown as such. */
import type { Colours } from '../output/colour.ts';
import { printable } from '../output/text-width.ts';

type Members = Readonly<Record<string, unknown>>;

export function eventLine(record: string, colours: Colours): string {
  const event = membersOf(JSON.parse(record));
  const identity = membersOf(event['userIdentity']);
  const error = textOf(event, 'errorCode');
  const words = [
    colours.faint(textOf(event, 'eventTime') ?? ''),
    textOf(event, 'recipientAccountId') ?? '-'.repeat(12),
    textOf(event, 'awsRegion') ?? '',
    `${(textOf(event, 'eventSource') ?? '').split('.', 1)[0]}:${colours.strong(textOf(event, 'eventName') ?? '')}`,
    whoOf(identity),
    ...(error === undefined ? [] : [colours.bad(error)]),
    ...resourcesOf(event),
  ];
  return words.filter((word) => word !== '').join('  ');
}

/** The part of an ARN behind the account, or what else is known. */
function whoOf(identity: Members): string {
  const arn = textOf(identity, 'arn');
  if (arn !== undefined) return arn.split(':').slice(5).join(':');
  return textOf(identity, 'invokedBy') ?? textOf(identity, 'userName') ?? textOf(identity, 'accessKeyId') ?? 'unknown';
}

function resourcesOf({ resources }: Members): string[] {
  if (!Array.isArray(resources)) return [];
  const all: readonly unknown[] = resources;
  return all.flatMap((resource) => textOf(membersOf(resource), 'ARN') ?? []);
}

function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function textOf(members: Members, name: string): string | undefined {
  const value = members[name];
  return typeof value === 'string' ? printable(value) : undefined;
}
