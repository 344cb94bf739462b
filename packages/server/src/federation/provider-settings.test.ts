import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { providerArn } from './provider.ts';
import { ProviderProblem, parseProviders } from './provider-settings.ts';

const provider = { issuer: 'https://token.example.test/realm', audiences: ['a'] };

test('a provider is known by its address without the scheme, with a minute of tolerance', () => {
  const [parsed] = parseProviders(JSON.stringify([provider]));
  expect(parsed).toEqual({ ...provider, clockToleranceSeconds: 60 });
  expect(providerArn('111122223333', provider)).toBe(
    'arn:aws:iam::111122223333:oidc-provider/token.example.test/realm',
  );
});

test('no setting is no provider', () => {
  expect(parseProviders('')).toEqual([]);
});

test('the authority that signed its certificate is read from the file', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-ca-'));
  const caFile = path.join(folder, 'ca.pem');
  writeFileSync(caFile, 'PEM');
  expect(parseProviders(JSON.stringify([{ ...provider, caFile }]))).toMatchObject([{ ca: 'PEM' }]);
  rmSync(folder, { recursive: true });
});

test.each([['http://127.0.0.1:8080/realm'], ['http://localhost:8080'], ['http://[::1]:8080']])(
  'a provider on this machine may do without https: %s',
  (issuer) => {
    expect(parseProviders(JSON.stringify([{ ...provider, issuer }]))).toHaveLength(1);
  },
);

test.each<[what: string, setting: unknown, problem: string]>([
  ['that is no list', provider, 'must be a list'],
  ['that holds no object', ['https://token.example.test'], 'must hold objects'],
  ['without an issuer', [{ audiences: ['a'] }], 'an issuer such as'],
  ['with an issuer over http', [{ ...provider, issuer: 'http://token.example.test' }], 'not https'],
  [
    'with an issuer that only looks like this machine',
    [{ ...provider, issuer: 'http://127.0.0.1.evil.test' }],
    'not https',
  ],
  ['with a query in the issuer', [{ ...provider, issuer: 'https://token.example.test?x=1' }], 'query or fragment'],
  ['with a password in the issuer', [{ ...provider, issuer: 'https://a:b@token.example.test' }], 'user or password'],
  ['without audiences', [{ ...provider, audiences: [] }], '1 to 100 texts'],
  ['with an audience that is no text', [{ ...provider, audiences: ['a', 1] }], '1 to 100 texts'],
  ['with too much tolerance', [{ ...provider, clockToleranceSeconds: 601 }], 'from 0 to 600'],
  ['with a member that nobody knows', [{ ...provider, audience: 'a' }], 'holds "audience"'],
  ['with a file that is not there', [{ ...provider, caFile: '/nowhere/ca.pem' }], 'cannot be read'],
  ['with a path that is not absolute', [{ ...provider, caFile: 'ca.pem' }], 'absolute path'],
  ['with keys over http', [{ ...provider, jwksUrl: 'http://token.example.test/keys' }], 'not https'],
  ['that names one twice', [provider, { ...provider, audiences: ['b'] }], 'twice'],
])('a setting %s is refused', (_what, setting, problem) => {
  expect(() => parseProviders(JSON.stringify(setting))).toThrow(ProviderProblem);
  expect(() => parseProviders(JSON.stringify(setting))).toThrow(problem);
});
