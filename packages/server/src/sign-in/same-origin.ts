/**
 * Whether a request comes from our own pages, or from no page at all: the cookie alone must not let other sites act for
 * who is signed in.
 *
 * Browsers say where a request comes from: by Sec-Fetch-Site over https and on this machine, by Origin everywhere.
 * Programs that are no browser send neither, and carry no cookie that they were not given.
 * Source: OWASP's cross-site request forgery prevention cheat sheet (fetch metadata, origin).
 */
import type { IncomingHttpHeaders } from 'node:http';
import { DoorError } from '../doors/door.ts';

/** @throws DoorError */
export function refuseOtherOrigins(headers: IncomingHttpHeaders): void {
  const { 'sec-fetch-site': site, origin, host } = headers;
  const own = site === undefined ? origin === undefined || hostOf(origin) === host : site === 'same-origin';
  if (own || site === 'none') return;
  throw new DoorError('The request comes from a page of another origin.', { status: 403, code: 'OtherOrigin' });
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
