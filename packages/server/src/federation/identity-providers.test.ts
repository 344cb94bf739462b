import { HOUR_MS, ManualClock, MINUTE_MS, memoryLogger, SECOND_MS } from '@holdfast/kernel';
import { generateKeyPair, UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type IdentityProviders, identityProvidersOf, type TokenFault } from './identity-providers.ts';
import { AUDIENCE, type OidcServer, startOidcServer, type TokenOptions } from './testing/oidc-server.ts';

const NOW = Date.parse('2030-03-20T05:00:00Z');
let clock: ManualClock;
let oidc: OidcServer;
let providers: IdentityProviders;
beforeEach(async () => {
  clock = new ManualClock(NOW);
  oidc = await startOidcServer(clock);
  providers = identityProvidersOf([oidc.provider], { clock, log: memoryLogger() });
});
afterEach(() => oidc[Symbol.asyncDispose]());

const seconds = (offset: number): number => NOW / SECOND_MS + offset;
const kindOf = async (options?: TokenOptions): Promise<string> =>
  (await providers.verify(await oidc.token(options))).kind;

describe('a token', () => {
  test('of a provider is verified, with its claims', async () => {
    const verdict = await providers.verify(await oidc.token({ claims: { ref: 'main' } }));
    expect(verdict).toMatchObject({
      kind: 'verified',
      provider: oidc.provider,
      claims: { iss: oidc.issuer, aud: AUDIENCE, sub: 'repo:shop', ref: 'main' },
    });
  });

  test.each<[what: string, claims: TokenOptions['claims'], kind: TokenFault | 'verified']>([
    ['for another audience', { aud: 'somebody else' }, 'wrong-audience'],
    ['for several audiences, one of them ours', { aud: ['somebody else', AUDIENCE] }, 'verified'],
    ['without an audience', { aud: undefined }, 'wrong-audience'],
    ['without a subject', { sub: undefined }, 'wrong-claim'],
    ['without an end', { exp: undefined }, 'wrong-claim'],
    ['without a beginning', { iat: undefined }, 'wrong-claim'],
    ['that ended a minute ago, within the tolerance', { exp: seconds(-59) }, 'verified'],
    ['that ended before that', { exp: seconds(-61) }, 'expired'],
    ['of a clock that is a minute ahead', { nbf: seconds(60) }, 'verified'],
    ['that is not valid yet', { nbf: seconds(61) }, 'wrong-claim'],
    ['made in the future', { iat: seconds(120) }, 'wrong-claim'],
    ['made more than a day ago', { iat: seconds(-86_400 - 61) }, 'expired'],
    ['of another issuer', { iss: 'https://other.example.test' }, 'unknown-provider'],
    ['of our issuer but for a slash', { iss: 'ISSUER/' }, 'unknown-provider'],
    ['whose issuer is no text', { iss: { toString: 1 } }, 'not-a-token'],
    ['without an issuer', { iss: undefined }, 'unknown-provider'],
  ])('%s', async (_what, claims, kind) => {
    const iss = claims?.['iss'] === 'ISSUER/' ? { iss: `${oidc.issuer}/` } : {};
    expect(await kindOf({ claims: { ...claims, ...iss } })).toBe(kind);
  });

  test('that is no token at all is none', async () => {
    for (const text of ['', 'x', 'a.b.c', `${Buffer.from('[]').toString('base64url')}.e30.x`]) {
      expect((await providers.verify(text)).kind).toMatch(/^(?:not-a-token|unknown-provider)$/);
    }
    expect(oidc.asked).toEqual([]);
  });

  test('without a signature is refused, though it says that it needs none', async () => {
    const { issuer: iss } = oidc;
    const text = new UnsecuredJWT({ iss, aud: AUDIENCE, sub: 'x', iat: seconds(0), exp: seconds(300) }).encode();
    expect((await providers.verify(text)).kind).toBe('wrong-signature');
  });

  test('signed with a secret that the provider’s public key could stand for is refused', async () => {
    const secret = new TextEncoder().encode('as long as a secret of this kind has to be');
    const sign: TokenOptions['sign'] = (token) => token.setProtectedHeader({ alg: 'HS256', kid: 'key-1' }).sign(secret);
    expect(await kindOf({ sign })).toBe('wrong-signature');
  });

  test('signed by somebody else under the name of the provider’s key is refused', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    const sign: TokenOptions['sign'] = (token) =>
      token.setProtectedHeader({ alg: 'ES256', kid: 'key-1' }).sign(privateKey);
    expect(await kindOf({ sign })).toBe('wrong-signature');
  });

  test('that was changed on the way is refused', async () => {
    const [head, , signature] = (await oidc.token()).split('.');
    const claims = { iss: oidc.issuer, aud: AUDIENCE, sub: 'admin', iat: seconds(0), exp: seconds(300) };
    const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
    expect((await providers.verify(`${head}.${body}.${signature}`)).kind).toBe('wrong-signature');
  });
});

describe('the keys of a provider', () => {
  const DISCOVERY = '/realm/.well-known/openid-configuration';
  const KEYS = '/realm/keys';

  test('are fetched once for many tokens, and again after ten minutes', async () => {
    await Promise.all([kindOf(), kindOf(), kindOf()]);
    expect(oidc.asked).toEqual([DISCOVERY, KEYS]);
    clock.advance(10 * MINUTE_MS - 1);
    await kindOf();
    expect(oidc.asked).toHaveLength(2);
    clock.advance(1);
    await kindOf();
    expect(oidc.asked).toHaveLength(4);
  });

  test('that were replaced are found by the name of the new one', async () => {
    const former = await oidc.token({ claims: { exp: seconds(3_600) } });
    expect((await providers.verify(former)).kind).toBe('verified');
    await oidc.rotate();
    clock.advance(MINUTE_MS);
    expect(await kindOf()).toBe('verified');
    expect((await providers.verify(former)).kind).toBe('wrong-signature');
  });

  test('are not fetched oftener for such names when the provider does not answer', async () => {
    await kindOf();
    await oidc.rotate();
    clock.advance(30 * SECOND_MS);
    oidc.answer = (_request, response) => response.writeHead(503).end();
    expect(await kindOf()).toBe('unreachable');
    const asked = oidc.asked.length;
    for (let count = 0; count < 5; count++) expect(await kindOf()).toBe('wrong-signature');
    expect(oidc.asked).toHaveLength(asked);
  });

  test('are not fetched for made-up names oftener than every half minute', async () => {
    await kindOf();
    await oidc.rotate();
    for (let count = 0; count < 20; count++) expect(await kindOf()).toBe('wrong-signature');
    expect(oidc.asked).toHaveLength(2);
    clock.advance(30 * SECOND_MS);
    expect(await kindOf()).toBe('verified');
    expect(oidc.asked).toHaveLength(4);
  });

  test('may stand where the operator says, without discovery', async () => {
    const provider = { ...oidc.provider, jwksUrl: `${oidc.issuer}/keys` };
    const direct = identityProvidersOf([provider], { clock, log: memoryLogger() });
    expect((await direct.verify(await oidc.token())).kind).toBe('verified');
    expect(oidc.asked).toEqual([KEYS]);
  });

  test.each<[what: string, answer: OidcServer['answer']]>([
    ['answers with an error', (_request, response) => response.writeHead(500).end()],
    ['sends us elsewhere', (_request, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
    ['answers no JSON', (_request, response) => response.end('<html>')],
    ['answers without end', (_request, response) => response.end(`"${'x'.repeat(300_000)}"`)],
    ['is about another issuer', (_request, response) => response.end('{"issuer":"https://other.example.test"}')],
    ['hangs up', (request) => request.socket.destroy()],
    ['has keys that are none', (request, response) => response.end(request.url === KEYS ? '{"keys":[1]}' : told())],
    ['has keys where nobody vouches for them', (_request, response) => response.end(told('http://keys.example.test/'))],
  ])('cannot be had from one that %s', async (_what, answer) => {
    const token = await oidc.token();
    oidc.answer = answer;
    expect((await providers.verify(token)).kind).toBe('unreachable');
    oidc.answer = undefined;
    expect((await providers.verify(token)).kind).toBe('verified');
  });

  function told(keys = `${oidc.issuer}/keys`): string {
    return JSON.stringify({ issuer: oidc.issuer, jwks_uri: keys });
  }

  test('cannot be had from one that is not there, and the log says so', async () => {
    const token = await oidc.token();
    await oidc[Symbol.asyncDispose]();
    const log = memoryLogger();
    const verdict = await identityProvidersOf([oidc.provider], { clock, log }).verify(token);
    expect(verdict).toMatchObject({ kind: 'unreachable', issuer: oidc.issuer });
    expect(log.events).toMatchObject([{ level: 'warn', event: 'federation.provider-unreachable' }]);
    oidc = await startOidcServer(clock);
  });

  test('of an hour ago do not count when the provider cannot be reached', async () => {
    expect(await kindOf()).toBe('verified');
    clock.advance(HOUR_MS);
    oidc.answer = (_request, response) => response.writeHead(503).end();
    expect(await kindOf()).toBe('unreachable');
  });
});
