import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openMasterKey } from './master-key.ts';
import { SealError, sealerOf } from './sealer.ts';

const KEY = new Uint8Array(32).fill(7);

describe('sealed secrets', () => {
  test('open to what was sealed, whatever it was', () => {
    const sealer = sealerOf(KEY);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), (secret, context) => {
        expect(new Uint8Array(sealer.open(sealer.seal(secret, context), context))).toEqual(secret);
      }),
    );
    expect(sealer.open(sealer.seal('pässword', 'c'), 'c').toString('utf8')).toBe('pässword');
  });

  test('never look the same twice and never show the secret', () => {
    const sealer = sealerOf(KEY);
    const sealed = sealer.seal('the secret itself', 'c');
    expect(sealed.equals(sealer.seal('the secret itself', 'c'))).toBe(false);
    expect(sealed.includes('the secret itself')).toBe(false);
  });

  test('do not open in another place, with another key, cut short, or with any byte changed', () => {
    const sealer = sealerOf(KEY);
    const sealed = sealer.seal('secret', 'vault-key:1');
    expect(() => sealer.open(sealed, 'vault-key:2')).toThrow(SealError);
    expect(() => sealerOf(new Uint8Array(32).fill(8)).open(sealed, 'vault-key:1')).toThrow(SealError);
    for (let length = 0; length < sealed.length; length++) {
      expect(() => sealer.open(sealed.subarray(0, length), 'vault-key:1'), `${length} bytes`).toThrow(SealError);
    }
    for (let place = 0; place < sealed.length; place++) {
      const changed = Buffer.from(sealed);
      changed[place] = (changed[place] ?? 0) ^ 1;
      expect(() => sealer.open(changed, 'vault-key:1'), `byte ${place}`).toThrow(SealError);
    }
  });

  test('a key of another length is refused', () => {
    expect(() => sealerOf(new Uint8Array(31))).toThrow('32 bytes, not 31');
  });
});

describe('the master key', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'holdfast-key-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is made once, for its owner alone, and found again', () => {
    const file = path.join(folder, 'a.key');
    const sealed = openMasterKey(file).seal('secret', 'c');
    expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
    const text = readFileSync(file, 'utf8');
    expect(openMasterKey(file).open(sealed, 'c').toString()).toBe('secret');
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  test('that others may read, or that is none, is refused', () => {
    const file = path.join(folder, 'b.key');
    openMasterKey(file);
    chmodSync(file, 0o640);
    expect(() => openMasterKey(file)).toThrow('chmod 600');
    writeFileSync(path.join(folder, 'c.key'), 'short\n', { mode: 0o600 });
    expect(() => openMasterKey(path.join(folder, 'c.key'))).toThrow(SealError);
  });
});
