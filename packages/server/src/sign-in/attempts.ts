/**
 * How often somebody may try a password or a one-time code: a few times at once, then after pauses that double.
 *
 * Counted by who is tried (whether there is such a one or not, so that the answers are the same) and by the address
 * that it is tried from. Not here: what a right answer is.
 * Source: RFC 4226, 7.3 (throttling); OWASP's authentication cheat sheet (account lockout).
 */
import { createHash } from 'node:crypto';
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from '@holdfast/kernel';
import type { Queryable } from '../store/database.ts';
import { type AttemptRules, countAttempt, forgetAttempts, giveAttemptBack } from '../store/sign-in-failures.ts';

/** How long failures are remembered, at most. */
export const FORGET_MS = DAY_MS;

const PAUSES = { lockMs: MINUTE_MS, lockMaxMs: HOUR_MS, forgetMs: FORGET_MS };

const RULES = {
  /** A user or root, by the name that was typed. */
  principal: { ...PAUSES, free: 5 },
  /** An MFA device, by its serial number. */
  device: { ...PAUSES, free: 5 },
  /** A whole office may stand behind one. */
  address: { ...PAUSES, free: 50 },
} satisfies Record<string, AttemptRules>;

export interface Subject {
  readonly kind: keyof typeof RULES;
  readonly name: string;
}

/** @returns until when it is locked; undefined: it may be tried, and counts as a failure until it is known better */
export function attempt(db: Queryable, subject: Subject, now: Instant): Promise<Instant | undefined> {
  return countAttempt(db, digest(subject), RULES[subject.kind], now);
}

/** The attempt was right: all before it is forgotten, but for an address, from which others may be tried next. */
export function succeeded(db: Queryable, subject: Subject): Promise<void> {
  return subject.kind === 'address' ? giveAttemptBack(db, digest(subject)) : forgetAttempts(db, digest(subject));
}

/** The attempt proved nothing either way. */
export function undone(db: Queryable, subject: Subject): Promise<void> {
  return giveAttemptBack(db, digest(subject));
}

/** Of IPv6 the network of 64 bits: whoever has one has all of its addresses. */
export function addressSubject(address: string): Subject {
  return { kind: 'address', name: address.includes(':') ? networkOf(address) : address };
}

const GROUPS = 8;
const NETWORK_GROUPS = 4;

function networkOf(address: string): string {
  const [head = '', tail = ''] = address.split('%', 1)[0]?.split('::') ?? [];
  const [before, after] = [groupsOf(head), groupsOf(tail)];
  const zeros = Array.from({ length: Math.max(0, GROUPS - before.length - after.length) }, () => '0');
  return [...before, ...zeros, ...after].slice(0, NETWORK_GROUPS).join(':');
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.toLowerCase().split(':');
}

export const deviceSubject = (serialNumber: string): Subject => ({ kind: 'device', name: serialNumber });

/** @param account id or alias, as far as it is known */
export function userSubject(account: string, userName: string): Subject {
  return { kind: 'principal', name: `user\n${account.toLowerCase()}\n${userName.toLowerCase()}` };
}

export function rootSubject(email: string): Subject {
  return { kind: 'principal', name: `root\n${email.toLowerCase()}` };
}

function digest({ kind, name }: Subject): Buffer {
  return createHash('sha256').update(`${kind}\n${name}`).digest();
}
