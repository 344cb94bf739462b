/** A real OpenID Connect provider on this machine: discovery, keys that rotate, tokens of every kind of wrong. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, SECOND_MS } from '@holdfast/kernel';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import type { OidcProvider } from '../../settings.ts';

export const AUDIENCE = 'sts.example.test';

export interface TokenOptions {
  /** Members that are `undefined` are left out of the token. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Default: ES256 with the provider's current key. */
  readonly sign?: (token: SignJWT) => Promise<string>;
}

export interface OidcServer extends AsyncDisposable {
  readonly issuer: string;
  readonly provider: OidcProvider;
  /** `127.0.0.1:4711/realm`: in ARNs and condition keys. */
  readonly path: string;
  /** Paths that were asked for, in order. */
  readonly asked: string[];
  /** In place of the true answers, while set. */
  answer: RequestListener | undefined;
  token(options?: TokenOptions): Promise<string>;
  /** The next tokens are signed with another key; the former one is no more among those that are told. */
  rotate(): Promise<void>;
}

export async function startOidcServer(clock: Clock): Promise<OidcServer> {
  let key = await newKey(1);
  let made = 1;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (self.answer) return self.answer(request, response);
    const known = new Map<string | undefined, object>([
      ['/realm/.well-known/openid-configuration', { issuer: self.issuer, jwks_uri: `${self.issuer}/keys` }],
      ['/realm/keys', { keys: [key.told] }],
    ]).get(request.url);
    response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(known ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const path = `127.0.0.1:${port}/realm`;
  const issuer = `http://${path}`;
  const self: OidcServer = {
    issuer,
    provider: { issuer, audiences: [AUDIENCE], clockToleranceSeconds: 60 },
    path,
    asked,
    answer: undefined,
    token: ({ claims = {}, sign } = {}) => {
      const now = Math.floor(clock.now() / SECOND_MS);
      const usual: JWTPayload = { iss: issuer, aud: AUDIENCE, sub: 'repo:shop', iat: now, exp: now + 300 };
      const all = Object.entries({ ...usual, ...claims }).filter(([, value]) => value !== undefined);
      const token = new SignJWT(Object.fromEntries(all));
      if (sign) return sign(token);
      return token.setProtectedHeader({ alg: 'ES256', kid: key.kid }).sign(key.secret);
    },
    rotate: async () => {
      key = await newKey(++made);
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return self;
}

async function newKey(number: number) {
  const kid = `key-${number}`;
  const { publicKey, privateKey: secret } = await generateKeyPair('ES256');
  return { kid, secret, told: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } };
}
