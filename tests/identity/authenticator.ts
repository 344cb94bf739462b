/**
 * `node authenticator.ts SEED-FILE STEPS`: the code that an authenticator app shows STEPS half minutes after the seed
 * was written. Counted from there, codes in a row are in a row however long the commands around them take.
 */
import { readFileSync, statSync } from 'node:fs';
import { SECOND_MS } from '@holdfast/kernel';
import { codeAt } from '../../packages/server/src/sign-in/testing/authenticator.ts';

const [file = '', steps = '0'] = process.argv.slice(2);
console.log(codeAt(readFileSync(file, 'utf8'), statSync(file).mtimeMs + Number(steps) * 30 * SECOND_MS));
