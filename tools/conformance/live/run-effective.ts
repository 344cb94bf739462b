/** A case of the policy engine once more, by a whole server: attached through the API, published, read. */
import { send } from '../../../packages/server/src/testing/organization.ts';
import type { CaseError, Difference, EffectiveCase } from '../cases.ts';
import { asSet, same } from '../compare.ts';
import { arrange } from './state.ts';
import { idOf, type World } from './world.ts';

/** Undefined: the answer is AWS's. Cases that build on an earlier document have no such beginning here. */
export async function runEffective(world: World, one: EffectiveCase): Promise<Difference | undefined> {
  const { type, levels, previousEffective, expect } = one;
  if (previousEffective !== undefined) return undefined;
  await arrange(world, one);
  const names = new Map(
    levels.flatMap(({ policies }) => policies.map(({ name }) => [idOf(world, name), name] as const)),
  );
  const found = await faults(world, type, names);
  const { document } = await world.org.effective(world.memberId, type);
  const expected = {
    // A withheld document shows the one before it, and here there was none.
    effective: (expect.errors ?? found).length > 0 ? {} : (expect.effective ?? document),
    errors: asSet(expect.errors ?? found),
  };
  const actual = { effective: document, errors: asSet(found) };
  return same(expected, actual)
    ? undefined
    : { expected, actual, hint: 'the engine agrees with AWS, the server does not' };
}

async function faults(
  { org, memberId }: World,
  type: string,
  names: ReadonlyMap<string, string>,
): Promise<readonly CaseError[]> {
  const report = { AccountId: memberId, PolicyType: type };
  const answer = await send(org.client, 'ListEffectivePolicyValidationErrors', report);
  const { EffectivePolicyValidationErrors: found } = answer as {
    EffectivePolicyValidationErrors: readonly CaseError[];
  };
  return found.map((fault) => ({
    ...fault,
    ContributingPolicies: fault.ContributingPolicies.map((id) => names.get(id) ?? id),
  }));
}
