/** Tags on the command line: `--tag backup=daily`, as often as needed. */
import { UsageFailure } from '../output/failure.ts';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** For commander: gathers the values of a repeated option. */
export function gatherTag(text: string, gathered: readonly Tag[] = []): readonly Tag[] {
  const at = text.indexOf('=');
  if (at < 1) {
    throw new UsageFailure(`'${text}' is not a tag.`, { advice: 'Write --tag KEY=VALUE; the value may be empty.' });
  }
  return [...gathered, { Key: text.slice(0, at), Value: text.slice(at + 1) }];
}

/** The tags of a resource's properties, as one line of text. */
export function tagText(properties: Readonly<Record<string, unknown>>): string {
  const tags = properties['Tags'];
  if (!Array.isArray(tags)) return '';
  return tags
    .map((tag: unknown) => (isTag(tag) ? `${tag.Key}=${tag.Value}` : ''))
    .filter((text) => text !== '')
    .join(' ');
}

function isTag(value: unknown): value is Tag {
  return typeof value === 'object' && value !== null && 'Key' in value && 'Value' in value;
}
