/**
 * The cookie that holds a session's token: for our own pages' requests only, and out of reach of their scripts.
 * Behind https it is sent over https only.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { SECOND_MS } from '@holdfast/kernel';
import { LIFETIME_MS } from './sessions.ts';

const NAME = 'holdfast-session';

export function tokenIn({ cookie = '' }: IncomingHttpHeaders): string | undefined {
  for (const pair of cookie.split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === NAME && value) return value;
  }
  return undefined;
}

export function cookieWith(token: string, headers: IncomingHttpHeaders): string {
  return cookie(token, LIFETIME_MS / SECOND_MS, headers);
}

export function cookieGone(headers: IncomingHttpHeaders): string {
  return cookie('', 0, headers);
}

/** TLS ends in front of us; who pretends it only restricts their own cookie. */
function cookie(value: string, maxAge: number, headers: IncomingHttpHeaders): string {
  const secure = headers['x-forwarded-proto'] === 'https' ? '; Secure' : '';
  return `${NAME}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure}`;
}
