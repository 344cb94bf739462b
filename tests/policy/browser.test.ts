/**
 * The policy engine is usable in a browser: one bundle, no Node, small enough to load with a page.
 */
import { createContext, runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { writeSnapshot } from '@holdfast/policy';
import { rolldown } from 'rolldown';
import { expect, test } from 'vitest';
import { accountId, backupPolicy, organization } from '../../packages/policy/src/testing/organizations.ts';

const GZIPPED_KB_MAX = 60;

test(`the engine whole is a browser bundle of at most ${GZIPPED_KB_MAX} kB gzipped, with nothing of Node in it`, async () => {
  const foreign: string[] = [];
  const bundle = await rolldown({
    input: 'packages/policy/src/index.ts',
    platform: 'browser',
    external: (id) => {
      const isOurs = id.startsWith('.') || id.startsWith('/') || id.startsWith('@holdfast/') || id.startsWith('\0');
      if (!isOurs && !id.startsWith('packages/')) foreign.push(id);
      return false;
    },
    onwarn: ({ message }) => foreign.push(message),
  });
  const { output } = await bundle.generate({ format: 'iife', name: 'policy', minify: true });
  await bundle.close();
  const code = output.map((file) => (file.type === 'chunk' ? file.code : '')).join('\n');
  expect(foreign).toEqual([]);
  expect(output).toHaveLength(1);
  expect(gzipSync(code, { level: 9 }).byteLength).toBeLessThanOrEqual(GZIPPED_KB_MAX * 1_000);
  // A realm with the language alone: no process, no Buffer, no require, no DOM.
  const realm = createContext({});
  const snapshot = JSON.stringify(
    writeSnapshot(organization({ policies: { p: backupPolicy() }, attached: { root: ['p'] } })),
  );
  const script = `${code};
    const { snapshot } = policy.readSnapshot(${snapshot});
    const evaluation = policy.evaluateOrganization(snapshot, 'BACKUP_POLICY', 0);
    const document = policy.writeEffective(evaluation.policyOf('${accountId(1)}').document);
    JSON.stringify([document, policy.explain(evaluation, '${accountId(1)}'), policy.lintOrganization(evaluation)]);`;
  expect(runInContext(script, realm)).toContain('cron(0 5 ? * * *)');
});
