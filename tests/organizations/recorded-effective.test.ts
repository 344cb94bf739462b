import { afterAll, beforeAll, expect, test } from 'vitest';
import { send, type TestOrganization, testOrganization } from '../../packages/server/src/testing/organization.ts';
import { comparable, type RecordedEffective, recordedEffective, recordedFiles } from './recorded-calls.ts';

let org: TestOrganization;
let unit: string;
let member: string;
beforeAll(async () => {
  org = await testOrganization();
  unit = await org.unit('unit');
  member = await org.account('member');
  await send(org.client, 'MoveAccount', { AccountId: member, SourceParentId: org.rootId, DestinationParentId: unit });
});
afterAll(() => org[Symbol.asyncDispose]());

/** Policies by the recording's names, attached where it had them; everything of earlier cases is gone. */
async function arrange({ type, levels }: RecordedEffective): Promise<Map<string, string>> {
  const places = { root: org.rootId, ou: unit, account: member };
  const { Roots } = (await send(org.client, 'ListRoots', {})) as { Roots: { PolicyTypes: { Type: string }[] }[] };
  if (Roots[0]?.PolicyTypes.some(({ Type }) => Type === type)) {
    await send(org.client, 'DisablePolicyType', { RootId: org.rootId, PolicyType: type });
  }
  await org.enable(type);
  const ids = new Map<string, string>();
  for (const { at, policies } of levels) {
    for (const { name, content } of policies) {
      const id = await org.policy(type, content);
      ids.set(name, id);
      await org.attach(id, places[at]);
    }
  }
  await org.publish();
  return ids;
}

interface Fault {
  readonly ContributingPolicies?: readonly string[];
}

async function faults(type: string, ids: ReadonlyMap<string, string>): Promise<unknown> {
  const answer = await send(org.client, 'ListEffectivePolicyValidationErrors', { AccountId: member, PolicyType: type });
  const { EffectivePolicyValidationErrors: found } = answer as { EffectivePolicyValidationErrors: Fault[] };
  const names = new Map([...ids].map(([name, id]) => [id, name]));
  return found.map((fault) => ({
    ...fault,
    ContributingPolicies: fault.ContributingPolicies?.map((id) => names.get(id) ?? id),
  }));
}

const asSet = (errors: unknown): unknown => comparable({ EffectivePolicyValidationErrors: errors });

const cases = recordedFiles().flatMap(recordedEffective);

test.each(cases.map((one): [string, RecordedEffective] => [one.id, one]))('%s', async (_id, recording) => {
  const ids = await arrange(recording);
  const { effective, errors = [] } = recording.expect;
  expect(asSet(await faults(recording.type, ids))).toEqual(asSet(errors));
  const { document } = await org.effective(member, recording.type);
  // A withheld document shows the one before it, and here there was none.
  if (errors.length > 0) expect(document).toEqual({});
  else if (effective) expect(document).toEqual(effective);
});
