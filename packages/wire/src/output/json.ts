/**
 * Outputs as JSON values. Members that the shape does not know are left out, as are null and undefined.
 *
 * Timestamps are numbers of seconds with milliseconds as their fraction (organizations spec 12, backup spec 15.3).
 */
import { Buffer } from 'node:buffer';
import { unreachable } from '@holdfast/kernel';
import type { Shape, StructureShape } from '../shape.ts';
import { asList, asRecord, isoTimestamp, type ScalarWriter, scalarWriter } from './writer.ts';

export type JsonWriter = (value: unknown) => unknown;

const scalars: ScalarWriter<unknown> = {
  string: (value) => value,
  number: (value) => value,
  boolean: (value) => value,
  timestamp: (value, format) => {
    if (format === 'date-time') return isoTimestamp(value);
    return format === 'http-date' ? value.toUTCString() : value.getTime() / 1000;
  },
  blob: (value) => Buffer.from(value).toString('base64'),
};

export function jsonStructureWriter(shape: StructureShape, where: string = shape.name): JsonWriter {
  const members = shape.members.map((member) => {
    // Compiled when first needed: shapes may hold themselves.
    let writer: JsonWriter | undefined;
    const write = (value: unknown): unknown => {
      writer ??= jsonWriter(member.shape(), `${where}.${member.name}`);
      return writer(value);
    };
    return { name: member.name, write };
  });
  return (value) => {
    const record = asRecord(value, where);
    const written: Record<string, unknown> = {};
    for (const { name, write } of members) {
      const part = record[name];
      if (part !== undefined && part !== null) written[name] = write(part);
    }
    return written;
  };
}

function jsonWriter(shape: Shape, where: string): JsonWriter {
  switch (shape.kind) {
    case 'structure':
      return jsonStructureWriter(shape, where);
    case 'list': {
      const write = jsonWriter(shape.item, `${where}[]`);
      return (value) => asList(value, where).map(write);
    }
    case 'map': {
      const write = jsonWriter(shape.value, `${where}{}`);
      return (value) => Object.fromEntries(present(asRecord(value, where)).map(([key, part]) => [key, write(part)]));
    }
    case 'string':
    case 'number':
    case 'boolean':
    case 'timestamp':
    case 'blob':
      return scalarWriter(shape, scalars, where);
    default:
      return unreachable(shape);
  }
}

function present(record: Readonly<Record<string, unknown>>): [string, unknown][] {
  return Object.entries(record).filter(([, part]) => part !== undefined && part !== null);
}
