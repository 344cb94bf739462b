/**
 * Rules for single values that several settings share. Lengths count characters (code points), not bytes.
 * Source: recorded rules A.3 to A.6; names and lengths from organizations spec 5.1.
 */
import type { KeyRule, ValueRule } from './schema.ts';

/** A JSON string that the pattern matches. */
export function text(pattern: RegExp, expected: string): ValueRule {
  return { expected, accepts: ({ kind, text }) => kind === 'string' && pattern.test(text) };
}

/** One of these strings, letter case included. */
export function oneOf(...values: readonly string[]): ValueRule {
  return {
    expected: `one of ${values.join(', ')}`,
    accepts: ({ kind, text }) => kind === 'string' && values.includes(text),
  };
}

/** A JSON integer or a string of digits. Its size is limited by digits: 16 pass, 17 do not (recorded rules A.4.3). */
export function integer(min: number): ValueRule {
  return {
    expected: `a whole number from ${min}, of at most 16 digits`,
    accepts: ({ kind, text }) =>
      (kind === 'number' || kind === 'string') && /^\d{1,16}$/.test(text) && Number(text) >= min,
  };
}

export const boolean: ValueRule = {
  expected: 'true or false',
  accepts: ({ kind, text }) => (kind === 'boolean' || kind === 'string') && (text === 'true' || text === 'false'),
};

/** Any one value; numbers and booleans count as their text. */
export function scalarText(lengthMax: number): ValueRule {
  const item = itemText(lengthMax);
  return { ...item, accepts: (value, context) => value.kind !== 'null' && item.accepts(value, context) };
}

/** Any one value of a list, where `null` stands for its text too. */
export function itemText(lengthMax: number): ValueRule {
  const pattern = new RegExp(`^.{0,${lengthMax}}$`, 'su');
  return { expected: `a value of at most ${lengthMax} characters`, accepts: ({ text }) => pattern.test(text) };
}

export const TAG_KEY_LENGTH_MAX = 128;
export const TAG_VALUE_LENGTH_MAX = 256;

export const tagKey = text(/^.{1,128}$/su, `a string of 1 to ${TAG_KEY_LENGTH_MAX} characters`);

export const region: ValueRule = {
  expected: 'the code of a Region such as us-east-1',
  accepts: ({ kind, text }, { isRegion }) => kind === 'string' && isRegion(text),
};

export function key(pattern: RegExp, expected: string): KeyRule {
  return { expected, accepts: (name) => pattern.test(name) };
}

export const identifier = key(/^[a-zA-Z0-9_.-]{1,50}$/, '1 to 50 letters, digits, "_", "-" or "."');
export const tagKeyName = key(/^.{1,128}$/su, `1 to ${TAG_KEY_LENGTH_MAX} characters`);
