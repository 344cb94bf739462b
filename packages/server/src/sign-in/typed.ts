/** What somebody typed to sign in, from the body of the request. */
import { DoorError, type DoorRequest } from '../doors/door.ts';
import type { Typed } from './authenticate.ts';
import type { Named } from './principal.ts';

const TEXT_CHARS_MAX = 1_024;
const MEMBERS: ReadonlySet<string> = new Set([
  'account',
  'userName',
  'email',
  'password',
  'oneTimeCode',
  'newPassword',
]);

/** @throws DoorError */
export function readTyped(body: DoorRequest['body']): Typed {
  const other = Object.keys(body).find((name) => !MEMBERS.has(name));
  if (other !== undefined) throw invalid(`The body holds "${other}", which is not known here.`);
  return {
    named: readNamed(body),
    password: required(body, 'password'),
    oneTimeCode: text(body, 'oneTimeCode'),
    newPassword: text(body, 'newPassword'),
  };
}

function readNamed(body: DoorRequest['body']): Named {
  const email = text(body, 'email');
  const isUser = body['account'] !== undefined || body['userName'] !== undefined;
  if (email !== undefined && isUser) throw invalid('A root signs in by "email", a user by "account" and "userName".');
  if (email !== undefined) return { kind: 'root', email };
  return { kind: 'user', account: required(body, 'account'), userName: required(body, 'userName') };
}

function required(body: DoorRequest['body'], name: string): string {
  const value = text(body, name);
  if (value === undefined) throw invalid(`The body lacks the text "${name}".`);
  return value;
}

function text(body: DoorRequest['body'], name: string): string | undefined {
  const value = Object.hasOwn(body, name) ? body[name] : undefined;
  if (value === undefined || value === null || value === '') return undefined;
  // Names are looked for in the database, which can hold neither.
  const isText = typeof value === 'string' && !value.includes('\0') && value.isWellFormed();
  if (!isText || value.length > TEXT_CHARS_MAX) throw invalid(`"${name}" must be a text.`);
  return value;
}

function invalid(message: string): DoorError {
  return new DoorError(message, { status: 400, code: 'InvalidBody' });
}
