/**
 * One recorded call of IAM: a list of users or of a user's tags, with its numbers spelled as they were sent.
 *
 * The official client would spell numbers its own way, so the body is replaced before it is signed.
 */
import * as iam from '@aws-sdk/client-iam';
import { present } from '@holdfast/kernel';
import type { CallCase, Difference } from '../cases.ts';
import { nameIn } from '../cases.ts';
import { same, within } from '../compare.ts';
import type { World } from './world.ts';

const PATH = '/recorded/';
/** The recording found as many under its path. */
const USERS = ['a', 'b', 'c'];
const TAGS = [
  { Key: 'one', Value: '1' },
  { Key: 'two', Value: '2' },
];
const MARKER = /^<marker of (?<name>.+)>$/;

type Fields = Readonly<Record<string, string>>;
interface Listed {
  readonly Marker?: string | undefined;
  readonly IsTruncated?: boolean | undefined;
}

/** Undefined: the answer is AWS's. */
export async function runIamCall(world: World, call: CallCase): Promise<Difference | undefined> {
  await needUsers(world);
  const answer = await answerOf(world, call.action, await fieldsOf(world, call));
  if (answer.marker !== undefined) world.standIns.set(`<marker of ${nameIn(call)}>`, answer.marker);
  const expected = call.expect;
  const actual = within({ ...answer.told, message: undefined }, expected);
  return same(expected, actual) ? undefined : { expected, actual, hint: answer.told.message };
}

async function needUsers({ org }: World): Promise<void> {
  const client = org.server.client(iam.IAMClient);
  const { Users = [] } = await client.send(new iam.ListUsersCommand({ PathPrefix: PATH }));
  if (Users.length > 0) return;
  for (const UserName of USERS) await client.send(new iam.CreateUserCommand({ UserName, Path: PATH, Tags: TAGS }));
}

async function fieldsOf(world: World, { action, input }: CallCase): Promise<Fields> {
  const given = input as Fields;
  const own: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value === '<path>') own[name] = PATH;
    else if (value === '<user-a>') own[name] = present(USERS[0], 'a user');
    else if (MARKER.test(value)) own[name] = world.standIns.get(value) ?? (await firstMarker(world, action, given));
    else own[name] = value;
  }
  // Pages after the first are asked for below the same path as the first.
  return action === 'ListUsers' ? { PathPrefix: PATH, ...own } : own;
}

async function firstMarker(world: World, action: string, { UserName, PathPrefix }: Fields): Promise<string> {
  const of: Fields =
    action === 'ListUsers' ? { PathPrefix: PATH } : { UserName: present(UserName ?? PathPrefix, 'a user') };
  const { marker } = await answerOf(world, action, { ...of, MaxItems: '1' });
  return present(marker, 'a marker on the first of several pages');
}

interface Told {
  readonly code: string;
  readonly httpStatus: number;
  readonly message?: string;
  readonly count?: number;
  readonly isTruncated?: boolean;
}

async function answerOf({ org }: World, action: string, fields: Fields): Promise<{ told: Told; marker?: string }> {
  const spelled = org.server.client(iam.IAMClient);
  const body = new URLSearchParams({ Action: action, Version: '2010-05-08', ...fields }).toString();
  spelled.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as { body: string; headers: Record<string, string> };
      request.body = body;
      request.headers['content-length'] = String(body.length);
      return next(args);
    },
    { step: 'build', priority: 'low' },
  );
  const commands: Readonly<Record<string, unknown>> = { ...iam };
  const Command = present(commands[`${action}Command`], action) as new (input: object) => iam.ListUsersCommand;
  try {
    const output: Listed & object = await spelled.send(new Command({}));
    const count = Object.values(output).find(Array.isArray)?.length ?? 0;
    const told = { code: 'Success', httpStatus: 200, count, isTruncated: output.IsTruncated === true };
    return output.Marker === undefined ? { told } : { told, marker: output.Marker };
  } catch (error) {
    if (!(error instanceof iam.IAMServiceException)) throw error;
    const httpStatus = error.$metadata.httpStatusCode ?? 0;
    return { told: { code: error.name, httpStatus, message: error.message } };
  }
}
