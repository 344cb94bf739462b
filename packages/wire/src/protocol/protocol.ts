/**
 * What the endpoint asks of a protocol: which operation a request means, where its members stand, and how answers look.
 *
 * Not here: types and rules of the input (input/), signatures (sigv4/).
 */
import type { AwsError } from '../aws-error.ts';
import type { WireAnswer, WireRequest } from '../request.ts';
import type { Api, ErrorShape, OperationShape } from '../shape.ts';

export interface Found {
  readonly operation: string;
  /**
   * The input's members as they stand on the wire, for the reader.
   * @throws Unreadable
   */
  raw(shape: OperationShape): unknown;
}

export interface Protocol {
  /** How the body writes scalars. */
  readonly body: 'json' | 'text';
  /** @throws AwsError for a request that no operation answers to */
  find(request: WireRequest): Found;
  answer(operation: OperationShape, output: unknown, requestId: string): WireAnswer;
  failure(error: AwsError, requestId: string): WireAnswer;
}

/** An error in the words that all protocols need. */
export interface DescribedError {
  readonly shape: ErrorShape | undefined;
  /** Members by their names on the wire, the message among them. */
  readonly members: Readonly<Record<string, unknown>>;
}

/** The message stands in the member that the error's shape has for it: `Message` or `message`. */
export function describeError(api: Api, error: AwsError): DescribedError {
  const shape = api.errors.get(error.code);
  const spelled = shape?.structure.members.find(({ name }) => name.toLowerCase() === 'message')?.name;
  return { shape, members: { ...error.members, [spelled ?? 'message']: error.message } };
}

export const NO_API: Api = { operations: new Map(), errors: new Map() };

/** Values computed once per key, on first use. */
export function remembered<Key extends object, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, Value>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined) {
      value = compute(key);
      known.set(key, value);
    }
    return value;
  };
}
