/**
 * What writers share: a handler's answer that does not fit its shape is a bug of ours and is never sent.
 */
import { assert, unreachable } from '@holdfast/kernel';
import type { Shape, TimestampFormat } from '../shape.ts';

/** A scalar as text or as a JSON value. */
export interface ScalarWriter<Written> {
  string(value: string): Written;
  number(value: number): Written;
  boolean(value: boolean): Written;
  timestamp(value: Date, format: TimestampFormat | undefined): Written;
  blob(value: Uint8Array): Written;
}

type Scalar = Exclude<Shape, { kind: 'list' | 'map' | 'structure' }>;

export function scalarWriter<Written>(
  shape: Scalar,
  write: ScalarWriter<Written>,
  where: string,
): (value: unknown) => Written {
  switch (shape.kind) {
    case 'string':
      return (value) => {
        assert(typeof value === 'string', `${where} must be a string`);
        return write.string(value);
      };
    case 'number':
      return (value) => {
        assert(typeof value === 'number' && Number.isFinite(value), `${where} must be a number`);
        return write.number(value);
      };
    case 'boolean':
      return (value) => {
        assert(typeof value === 'boolean', `${where} must be a boolean`);
        return write.boolean(value);
      };
    case 'timestamp':
      return (value) => {
        assert(value instanceof Date && !Number.isNaN(value.getTime()), `${where} must be a Date`);
        return write.timestamp(value, shape.format);
      };
    case 'blob':
      return (value) => {
        assert(value instanceof Uint8Array, `${where} must be bytes`);
        return write.blob(value);
      };
    default:
      return unreachable(shape);
  }
}

export function asRecord(value: unknown, where: string): Readonly<Record<string, unknown>> {
  assert(typeof value === 'object' && value !== null && !Array.isArray(value), `${where} must be an object`);
  return value as Readonly<Record<string, unknown>>;
}

export function asList(value: unknown, where: string): readonly unknown[] {
  assert(Array.isArray(value), `${where} must be a list`);
  return value;
}

/** `2030-03-20T05:00:00Z`; milliseconds only where there are some. */
export function isoTimestamp(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}
