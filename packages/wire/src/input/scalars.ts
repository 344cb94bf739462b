/**
 * Scalars as they stand on the wire: in JSON with their own types, in labels, queries and forms as text.
 *
 * Each reader answers undefined for what is not of its type; the caller says so. Text numbers follow recorded answers
 * of IAM: `01` and `+1` are numbers, ` 1 ` and `1.0` are not whole ones (recorded rules B.13.4).
 */
import { Buffer } from 'node:buffer';

export interface ScalarReader {
  string(raw: unknown): string | undefined;
  number(raw: unknown): number | undefined;
  boolean(raw: unknown): boolean | undefined;
  timestamp(raw: unknown): Date | undefined;
  blob(raw: unknown): Uint8Array | undefined;
}

export const jsonScalars: ScalarReader = {
  string: (raw) => (typeof raw === 'string' ? raw : undefined),
  number: (raw) => (typeof raw === 'number' ? raw : undefined),
  boolean: (raw) => (typeof raw === 'boolean' ? raw : undefined),
  timestamp: (raw) => (typeof raw === 'number' ? epochSeconds(raw) : textTimestamp(raw)),
  blob: (raw) => base64(raw),
};

export const textScalars: ScalarReader = {
  string: (raw) => (typeof raw === 'string' ? raw : undefined),
  number: (raw) => (typeof raw === 'string' && TEXT_NUMBER.test(raw) ? Number(raw) : undefined),
  boolean: (raw) => (typeof raw === 'string' ? BOOLEANS.get(raw.toLowerCase()) : undefined),
  timestamp: (raw) =>
    typeof raw === 'string' && TEXT_NUMBER.test(raw) ? epochSeconds(Number(raw)) : textTimestamp(raw),
  blob: (raw) => base64(raw),
};

/**
 * Whether a string is text that every store can keep: no U+0000, no surrogate without its other half. XML and AWS's own
 * stores refuse both; let through, they would fail only where they are stored.
 */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

const TEXT_NUMBER = /^[+-]?\d+(\.\d+)?$/;
const BOOLEANS = new Map([
  ['true', true],
  ['false', false],
]);
/** RFC 3339 with any number of fraction digits, or an HTTP date. */
const ISO_TIME = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;
const HTTP_TIME = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2}(\.\d+)? GMT$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

function epochSeconds(seconds: number): Date | undefined {
  return validDate(new Date(Math.round(seconds * 1000)));
}

function textTimestamp(raw: unknown): Date | undefined {
  if (typeof raw !== 'string' || !(ISO_TIME.test(raw) || HTTP_TIME.test(raw))) return undefined;
  return validDate(new Date(raw));
}

function validDate(date: Date): Date | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function base64(raw: unknown): Uint8Array | undefined {
  if (typeof raw !== 'string' || raw.length % 4 !== 0 || !BASE64.test(raw)) return undefined;
  return Buffer.from(raw, 'base64');
}
