/**
 * The address that somebody signs in from. A proxy on this very machine is believed when it says whom it speaks for;
 * from further away anybody could say anything.
 */
import { isIP } from 'node:net';
import type { DoorRequest } from '../doors/door.ts';

export function clientAddress({ headers, sourceIp }: Pick<DoorRequest, 'headers' | 'sourceIp'>): string {
  const forwarded = headers['x-forwarded-for'];
  if (!isOwn(sourceIp) || forwarded === undefined) return sourceIp;
  // The last one is the proxy's own word; those before it are the client's.
  const last = (Array.isArray(forwarded) ? forwarded.join(',') : forwarded).split(',').at(-1)?.trim() ?? '';
  return isIP(last) === 0 ? sourceIp : last;
}

function isOwn(address: string): boolean {
  return address === '::1' || address.startsWith('127.');
}
