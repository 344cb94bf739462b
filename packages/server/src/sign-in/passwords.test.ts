import { seededRandom } from '@holdfast/kernel';
import { describe, expect, test } from 'vitest';
import { passwordsOf, problemOfPassword } from './passwords.ts';

const CHEAP = { ln: 4, r: 8, p: 1 };
const passwords = passwordsOf(seededRandom(1), CHEAP);

describe('a password', () => {
  test.each([
    ['of 11 characters', 'x'.repeat(11), 'minimum length of 12'],
    ['of 129 characters', 'x'.repeat(129), 'maximum length of 128'],
    ['of 12 characters', 'x'.repeat(12), undefined],
    ['of 128 characters that are two units each', '\u{1F600}'.repeat(128), undefined],
  ])('%s', (_what, password, problem) => {
    if (problem === undefined) expect(problemOfPassword(password)).toBeUndefined();
    else expect(problemOfPassword(password)).toContain(problem);
  });

  test('is right when it is the same, and wrong when it is not', async () => {
    const hash = await passwords.hash('correct horse battery');
    expect(await passwords.verify('correct horse battery', hash)).toEqual({ kind: 'right', rehash: false });
    expect(await passwords.verify('correct horse batterz', hash)).toEqual({ kind: 'wrong' });
    expect(await passwords.verify('', hash)).toEqual({ kind: 'wrong' });
  });

  test('is the same however its letters are composed', async () => {
    const hash = await passwords.hash('gr\u00fc\u00dfe aus K\u00f6ln');
    expect(await passwords.verify('gru\u0308\u00dfe aus Ko\u0308ln', hash)).toMatchObject({ kind: 'right' });
  });

  test('of nobody is wrong, even where the hash of nobody would fit', async () => {
    expect(await passwords.verify('anything at all', undefined)).toEqual({ kind: 'wrong' });
  });
});

describe('a hash', () => {
  test('has a salt of its own, and neither holds the password', async () => {
    const hashes = [await passwords.hash('the same password'), await passwords.hash('the same password')];
    expect(new Set(hashes).size).toBe(2);
    expect(hashes.join()).not.toContain('same');
  });

  test('made by other parameters still verifies, and says that it should be made anew', async () => {
    const old = await passwordsOf(seededRandom(2), { ...CHEAP, p: 2 }).hash('from another year');
    expect(await passwords.verify('from another year', old)).toEqual({ kind: 'right', rehash: true });
  });

  test('by the parameters in force is one of OWASP’s', async () => {
    expect(await passwordsOf(seededRandom(3)).hash('correct horse battery')).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$/);
  });

  test('is not waited for in a line of more than fifty', async () => {
    const all = await Promise.allSettled(Array.from({ length: 60 }, () => passwords.hash('the same password')));
    const refused = all.filter(({ status }) => status === 'rejected');
    expect(refused).toMatchObject(Array.from({ length: 8 }, () => ({ reason: { name: 'PasswordsBusy' } })));
    await expect(passwords.hash('the same password')).resolves.toBeDefined();
  });

  test('is not waited for in a transaction behind two others', async () => {
    const made = Array.from({ length: 10 }, () => passwords.hash('the same password', 'in-transaction'));
    const verdicts = (await Promise.allSettled(made)).map(({ status }) => status);
    expect(verdicts.filter((status) => status === 'fulfilled')).toHaveLength(4);
  });

  test('waits for its turn when many are made at once, and none is lost', async () => {
    const texts = Array.from({ length: 20 }, (_, at) => `password number ${at}`);
    const hashes = await Promise.all(texts.map((text) => passwords.hash(text)));
    expect(await Promise.all(texts.map((text, at) => passwords.verify(text, hashes[at])))).toEqual(
      texts.map(() => ({ kind: 'right', rehash: false })),
    );
  });
});
