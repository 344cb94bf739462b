/** The console as the server sees it, with a user to sign in as. */
import * as iam from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, type GetCallerIdentityCommandOutput, STSClient } from '@aws-sdk/client-sts';
import { type ManualClock, SECOND_MS } from '@holdfast/kernel';
import { expect } from 'vitest';
import { type Credentials, type TestServer, testServer } from '../../testing/server.ts';
import { codeAt } from './authenticator.ts';

export const PASSWORD = 'correct horse battery';
const STEP_MS = 30 * SECOND_MS;

export interface Asked {
  readonly body?: object;
  readonly cookie?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answered {
  readonly status: number;
  readonly answer: Readonly<Record<string, unknown>>;
  readonly setCookie: string;
  readonly retryAfter: string | null;
}

export interface Console extends AsyncDisposable {
  readonly server: TestServer;
  readonly accountId: string;
  readonly admin: iam.IAMClient;
  newUser(name: string, more?: Partial<iam.CreateLoginProfileRequest>): Promise<void>;
  /** Enables a device for the user, and lets its codes be used up; returns its seed. */
  newDevice(userName: string, name?: string): Promise<string>;
  ask(method: 'GET' | 'POST', path: string, asked?: Asked): Promise<Answered>;
  /** As `ann`, unless `typed` says otherwise. */
  signIn(typed?: object, asked?: Asked): Promise<Answered>;
  /** The cookie of somebody who gets in. */
  cookieOf(typed?: object): Promise<string>;
  credentialsOf(cookie: string): Promise<Credentials>;
  whoAmI(credentials: Credentials): Promise<GetCallerIdentityCommandOutput>;
  /** Puts an inline policy on the user. */
  allow(userName: string, statement: object): Promise<void>;
}

export async function openConsole(clock: ManualClock): Promise<Console> {
  const server = await testServer({ clock });
  const { accountId } = server.management;
  const admin = server.client(iam.IAMClient);
  const ask: Console['ask'] = async (method, path, { body, cookie, headers = {} } = {}) => {
    const response = await fetch(`${server.endpoint}/_holdfast/${path}`, {
      method,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(cookie === undefined ? {} : { cookie }),
        ...headers,
      },
      body: body ? JSON.stringify(body) : null,
    });
    const text = await response.text();
    const setCookie = response.headers.get('set-cookie') ?? '';
    const retryAfter = response.headers.get('retry-after');
    return { status: response.status, answer: text === '' ? {} : JSON.parse(text), setCookie, retryAfter };
  };
  const signIn: Console['signIn'] = (typed, asked) =>
    ask('POST', 'sign-in', { body: { account: accountId, userName: 'ann', password: PASSWORD, ...typed }, ...asked });
  const opened: Console = {
    server,
    accountId,
    admin,
    newUser: async (UserName, more) => {
      await admin.send(new iam.CreateUserCommand({ UserName }));
      await admin.send(new iam.CreateLoginProfileCommand({ UserName, Password: PASSWORD, ...more }));
    },
    newDevice: async (UserName, VirtualMFADeviceName = UserName) => {
      const made = await admin.send(new iam.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName }));
      const { SerialNumber = '', Base32StringSeed } = made.VirtualMFADevice ?? {};
      const seed = new TextDecoder().decode(Base32StringSeed);
      const AuthenticationCode1 = codeAt(seed, clock.now() - STEP_MS);
      const AuthenticationCode2 = codeAt(seed, clock.now());
      await admin.send(
        new iam.EnableMFADeviceCommand({ UserName, SerialNumber, AuthenticationCode1, AuthenticationCode2 }),
      );
      clock.advance(STEP_MS);
      return seed;
    },
    ask,
    signIn,
    cookieOf: async (typed) => {
      const { status, setCookie } = await signIn(typed);
      expect(status).toBe(200);
      return setCookie.split(';', 1)[0] ?? '';
    },
    credentialsOf: async (cookie) => {
      const { status, answer } = await ask('POST', 'session/credentials', { cookie });
      expect(status).toBe(200);
      const { accessKeyId, secretAccessKey, sessionToken } = answer;
      return {
        accessKeyId: String(accessKeyId),
        secretAccessKey: String(secretAccessKey),
        sessionToken: String(sessionToken),
      };
    },
    whoAmI: (credentials) => server.client(STSClient, { credentials }).send(new GetCallerIdentityCommand()),
    allow: async (UserName, statement) => {
      const Statement = { Effect: 'Allow', Resource: '*', ...statement };
      const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
      await admin.send(new iam.PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument }));
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  await opened.newUser('ann');
  return opened;
}
