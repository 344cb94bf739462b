/**
 * JSON as callers of Cloud Control send it: a member named twice is refused, for of two values one would be dropped
 * without a word. Texts of faults name the place, never a value: secrets may stand there.
 */
import { parseJson } from '@holdfast/policy';

/** @throws SyntaxError that says what is wrong and where */
export function strictJson(text: string): unknown {
  const [fault] = parseJson(text).faults;
  if (!fault) return JSON.parse(text);
  if (fault.code === 'json-duplicate-key') throw new SyntaxError(`/${fault.path.join('/')} is there twice`);
  throw new SyntaxError(`character ${fault.offset + 1} is not what should stand there`);
}
