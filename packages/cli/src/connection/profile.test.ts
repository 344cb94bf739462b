import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { environmentOfTest } from '../testing/environment.ts';
import { iniSections, readProfile } from './profile.ts';
import { openSession } from './session.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-profile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(path.join(folder, 'aws'));
writeFileSync(
  path.join(folder, 'aws', 'credentials'),
  '# ours\n[holdfast]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key=se/cr=et+\n\n[other]\nregion = x\n',
);
writeFileSync(
  path.join(folder, 'aws', 'config'),
  '[profile holdfast]\nregion = eu-central-1\nendpoint_url = http://127.0.0.1:4747\n',
);

test('the profile is put together from both of AWS’s files', () => {
  expect(readProfile(folder)).toEqual({
    accessKeyId: 'AKIAEXAMPLE',
    secretAccessKey: 'se/cr=et+',
    region: 'eu-central-1',
    endpoint: 'http://127.0.0.1:4747',
  });
});

test('a folder without a profile has none', () => {
  expect(readProfile(path.join(folder, 'missing'))).toBeUndefined();
});

test('comments, blank lines and case of names do not matter; values keep their equals signs', () => {
  expect(iniSections('; c\n[ a ]\nB = c=d \n#x=y\n').get('a')).toEqual(new Map([['b', 'c=d']]));
});

test('without AWS’s own variables the data folder’s profile is used', () => {
  expect(openSession(environmentOfTest({}, folder), {})).toEqual({
    endpoint: 'http://127.0.0.1:4747',
    region: 'eu-central-1',
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'se/cr=et+' },
  });
});

test('credentials of the environment win, and the endpoint is still the server’s, never AWS’s', () => {
  const session = openSession(environmentOfTest({ AWS_PROFILE: 'work', AWS_REGION: 'us-west-2' }, folder), {});
  expect(session).toEqual({ endpoint: 'http://127.0.0.1:4747', region: 'us-west-2' });
});

test('options win over the environment', () => {
  const environment = environmentOfTest({ AWS_ENDPOINT_URL: 'http://one', AWS_REGION: 'us-west-2' }, folder);
  expect(openSession(environment, { endpointUrl: 'http://two', region: 'us-east-2' })).toMatchObject({
    endpoint: 'http://two',
    region: 'us-east-2',
  });
});

test('with credentials but no endpoint nothing is sent anywhere', () => {
  const environment = environmentOfTest({ AWS_ACCESS_KEY_ID: 'AKIA' }, path.join(folder, 'missing'));
  expect(() => openSession(environment, {})).toThrow('It is not known where the Holdfast server is.');
});
