/** Answers in a form in which two of them can be compared: without what each request has of its own. */
import type { RawAnswer } from '../../packages/wire/src/testing/raw-request.ts';
import type { Input } from './wire-call.ts';

/** Texts that are too short to be told from chance are left where they are. */
const SENT_MIN = 5;
const OF_EACH_REQUEST = ['x-amzn-requestid', 'x-amz-request-id', 'content-length', 'date', 'connection', 'keep-alive'];

/**
 * Ids that a service gives to new things. Base 62 ids of versions are told by where they stand.
 */
const MADE = [
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g,
  /\bA(?:KIA|SIA|IDA|ROA|NPA|GPA)[A-Z0-9]{14,}/g,
  /(?<=<(?:SecretAccessKey|SessionToken|Base32StringSeed|QRCodePNG)>)[^<]+/g,
  /(?<="VersionId":")[^"]+/g,
  /\b(?:fs|p|h|rp|o|car|ou-\w+)-[0-9a-z]{8,32}\b/g,
];

/**
 * Status, headers and body. What was sent is replaced by where it was sent, new ids by `‹made›`.
 */
export function comparable({ status, headers, body }: RawAnswer, input: Input): string {
  const shown = Object.entries(headers).filter(([name]) => !OF_EACH_REQUEST.includes(name));
  const told = `${status} ${JSON.stringify(shown)} ${body}`.replaceAll(
    String(headers['x-amzn-requestid']),
    '‹request›',
  );
  return MADE.reduce((text, made) => text.replaceAll(made, '‹made›'), without(told, input));
}

/** What was sent and its parts, longest first, in the forms that JSON and links give them. */
export function without(answer: string, sent: Input): string {
  const echoes = textsIn(sent, '').flatMap(([path, text]) =>
    [text, ...text.split(/[:/@]/)]
      .flatMap((part) => [part, encodeURIComponent(part), JSON.stringify(part).slice(1, -1)])
      .filter((part) => part.length >= SENT_MIN)
      .map((part) => [path, part] as const),
  );
  const longestFirst = echoes.toSorted(([, a], [, b]) => b.length - a.length);
  return longestFirst.reduce((text, [path, echo]) => text.replaceAll(echo, `‹${path}›`), answer);
}

function textsIn(value: unknown, path: string): [path: string, text: string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => textsIn(part, path === '' ? name : `${path}.${name}`));
}
