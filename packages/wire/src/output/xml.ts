/**
 * Outputs as XML elements, in the form of awsQuery: lists as `<member>`, maps as `<entry><key/><value/></entry>`.
 *
 * No service here renames or flattens elements; `smithy.ts` refuses schemas that would.
 */
import { Buffer } from 'node:buffer';
import { unreachable } from '@holdfast/kernel';
import type { Shape, StructureShape } from '../shape.ts';
import { asList, asRecord, isoTimestamp, type ScalarWriter, scalarWriter } from './writer.ts';

/** The content of an element, without its own tags. */
export type XmlWriter = (value: unknown) => string;

const scalars: ScalarWriter<string> = {
  string: escapeXml,
  number: String,
  boolean: String,
  timestamp: (value, format) => {
    if (format === 'epoch-seconds') return String(value.getTime() / 1000);
    return format === 'http-date' ? value.toUTCString() : isoTimestamp(value);
  },
  blob: (value) => Buffer.from(value).toString('base64'),
};

export function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

export function xmlStructureWriter(shape: StructureShape, where: string = shape.name): XmlWriter {
  const members = shape.members.map((member) => {
    // Compiled when first needed: shapes may hold themselves.
    let writer: XmlWriter | undefined;
    const write = (value: unknown): string => {
      writer ??= xmlWriter(member.shape(), `${where}.${member.name}`);
      return element(member.name, writer(value));
    };
    return { name: member.name, write };
  });
  return (value) => {
    const record = asRecord(value, where);
    let xml = '';
    for (const { name, write } of members) {
      const part = record[name];
      if (part !== undefined && part !== null) xml += write(part);
    }
    return xml;
  };
}

function xmlWriter(shape: Shape, where: string): XmlWriter {
  switch (shape.kind) {
    case 'structure':
      return xmlStructureWriter(shape, where);
    case 'list': {
      const write = xmlWriter(shape.item, `${where}[]`);
      return (value) =>
        asList(value, where)
          .map((part) => element('member', write(part)))
          .join('');
    }
    case 'map': {
      const write = xmlWriter(shape.value, `${where}{}`);
      return (value) =>
        Object.entries(asRecord(value, where))
          .filter(([, part]) => part !== undefined && part !== null)
          .map(([key, part]) => element('entry', element('key', escapeXml(key)) + element('value', write(part))))
          .join('');
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

/** Line ends and two line separators are escaped as well, because parsers would turn them into plain line feeds. */
const SPECIAL = /[&<>"'\r\n\u0085\u2028]/g;
/**
 * What XML 1.0 cannot hold in any spelling: control characters, surrogates without their other half, two
 * non-characters.
 */
const IMPOSSIBLE = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
const NAMED = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&apos;'],
]);

export function escapeXml(text: string): string {
  return text
    .replace(IMPOSSIBLE, '\uFFFD')
    .replace(SPECIAL, (char) => NAMED.get(char) ?? `&#x${char.charCodeAt(0).toString(16).toUpperCase()};`);
}
