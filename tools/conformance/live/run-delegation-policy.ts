/** A delegation policy that was put: whether it was taken, and as which text it was kept. */
import { send } from '../../../packages/server/src/testing/organization.ts';
import type { DelegationPolicyCase, Difference } from '../cases.ts';
import { same, within } from '../compare.ts';
import { answerOf } from './answers.ts';
import { replaced, type World } from './world.ts';

/** Undefined: the answer is AWS's. */
export async function runDelegationPolicy(world: World, one: DelegationPolicyCase): Promise<Difference | undefined> {
  const { stored, ...expected } = replaced(one.expect, world);
  const Content = replaced(one.content, world);
  const { output, ...told } = await answerOf(send(world.org.client, 'PutResourcePolicy', { Content }));
  const actual = within(told, expected);
  if (!same(expected, actual)) return { expected, actual, hint: told };
  if (stored === undefined) return undefined;
  const { ResourcePolicy } = output as { ResourcePolicy: { Content: string } };
  // Cases that are changes of others do not tell where in the document the change stood: the order may differ.
  const isKept =
    ResourcePolicy.Content.length === stored.length && same(JSON.parse(ResourcePolicy.Content), JSON.parse(stored));
  return isKept ? undefined : { expected: stored, actual: ResourcePolicy.Content };
}
