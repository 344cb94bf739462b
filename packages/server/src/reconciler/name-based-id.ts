/**
 * Name-based UUIDs (version 3, RFC 9562): the same name gives the same id, on every server and after every restart.
 * Plans of the organization and their rules and selections have such ids on AWS, too. Source: backup spec 1.1, 10.3.
 */
import { createHash } from 'node:crypto';

/** Of all names that Holdfast gives; any fixed UUID. */
const NAMESPACE = Buffer.from('5d7c1a0e4b9f4d0f8a3e2f6b7c8d9e10', 'hex');

/** @param parts what the name is made of; their borders count */
export function nameBasedId(...parts: readonly string[]): string {
  const bytes = createHash('md5').update(NAMESPACE).update(JSON.stringify(parts), 'utf8').digest();
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x30;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
