/**
 * What was read again and again after changes: until the publication the former document with its former time, then the
 * new one with a new time.
 *
 * How long AWS took is an observation, not a rule, so only the order counts. One thing is not asked for: AWS was seen
 * to publish the old document once more under a new time before the new one (recorded rule B 6.4).
 */
import { send } from '../../../packages/server/src/testing/organization.ts';
import type { Difference, PublicationCase } from '../cases.ts';
import { same } from '../compare.ts';
import { answerOf } from './answers.ts';
import * as state from './state.ts';
import { replaced, type World } from './world.ts';

type Mutation = PublicationCase['mutations'][number] & {
  readonly input: { readonly PolicyId?: string; readonly TargetId?: string };
};

interface Seen {
  readonly code: string;
  readonly document?: unknown;
  readonly updatedAt: number;
}

/** Undefined: the answers came as AWS's did. */
export async function runPublication(world: World, one: PublicationCase): Promise<Difference | undefined> {
  await begin(world, one);
  const before = await see(world, one);
  await endIfEnabling(world, one);
  for (const { action, input } of one.mutations) await send(world.org.client, action, replaced(input, world));
  const atOnce = await see(world, one);
  await world.org.publish();
  const after = await see(world, one);
  const { expected, isEndRecorded } = expectationOf(one);
  const actual = { atOnce: shown(atOnce, before), ...(isEndRecorded && { after: shown(after, before) }) };
  return same(expected, actual) ? undefined : { expected, actual, hint: { before, atOnce, after } };
}

/** The state that the changes meet: told by what the first read still showed, or by what the changes need. */
async function begin(world: World, { type, mutations, observations }: PublicationCase): Promise<void> {
  await state.disable(world, type);
  await state.enable(world, type);
  const [change] = mutations as readonly Mutation[];
  if (change) {
    const { action, input } = change;
    const name = input.PolicyId ?? 'P';
    const isAttaching = action === 'AttachPolicy';
    const shownDocument = isAttaching ? observations.at(-1)?.effective : observations[0]?.effective;
    if (!isEmpty(shownDocument)) {
      const id = await world.org.policy(type, contentOf(valuesOf(shownDocument, name)));
      world.standIns.set(name, id);
      if (!isAttaching) await world.org.attach(id, replaced(input.TargetId ?? '222222222222', world));
    }
  }
  await world.org.publish();
}

/** Enabled again: it was enabled before, and what was published then is still there. */
async function endIfEnabling(world: World, { type, mutations }: PublicationCase): Promise<void> {
  if (mutations.some(({ action }) => action === 'EnablePolicyType')) await state.disable(world, type);
}

async function see({ org, memberId }: World, { type }: PublicationCase): Promise<Seen> {
  const read = send(org.client, 'DescribeEffectivePolicy', { PolicyType: type, TargetId: memberId });
  const { code, output } = await answerOf(read);
  if (code !== 'Success') return { code, updatedAt: 0 };
  const { EffectivePolicy } = output as { EffectivePolicy: { PolicyContent: string; LastUpdatedTimestamp: Date } };
  return {
    code,
    document: JSON.parse(EffectivePolicy.PolicyContent),
    updatedAt: EffectivePolicy.LastUpdatedTimestamp.getTime(),
  };
}

function shown({ code, document, updatedAt }: Seen, before: Seen): object {
  return code === 'Success' ? { code, document, time: updatedAt > before.updatedAt ? 'later' : 'former' } : { code };
}

/** A read that was cut short shows only what was there at once. */
function expectationOf({ mutations, observations }: PublicationCase): { expected: object; isEndRecorded: boolean } {
  const [first, last] = [observations[0], observations.at(-1)];
  const [change] = mutations as readonly Mutation[];
  if (!change || !first || !last) {
    const former = { code: 'Success', document: {}, time: 'former' };
    return { expected: { atOnce: former, after: former }, isEndRecorded: true };
  }
  if (first.code !== 'Success') {
    return { expected: { atOnce: { code: first.code }, after: { code: last.code } }, isEndRecorded: true };
  }
  const name = change.input.PolicyId ?? 'P';
  const own = { tags: { k: { tag_key: 'k', tag_value: valuesOf(undefined, name) } } };
  const atOnce = {
    code: 'Success',
    document: first.effective ?? (change.action === 'AttachPolicy' ? {} : own),
    time: 'former',
  };
  const isEndRecorded = last.lastUpdated !== first.lastUpdated;
  const after = {
    code: 'Success',
    document: last.effective ?? (change.action === 'DetachPolicy' ? {} : own),
    time: 'later',
  };
  return { expected: { atOnce, ...(isEndRecorded && { after }) }, isEndRecorded };
}

interface TagDocument {
  readonly tags?: { readonly k?: { readonly tag_value?: readonly string[] } };
}

/** The values that make a document as it was shown; of one that was not, a value of the policy's own. */
function valuesOf(shownDocument: TagDocument | undefined, name: string): readonly string[] {
  return shownDocument?.tags?.k?.tag_value ?? [`of ${name}`];
}

function isEmpty(document: object | undefined): boolean {
  return document !== undefined && Object.keys(document).length === 0;
}

function contentOf(values: readonly string[]): string {
  return JSON.stringify({ tags: { k: { tag_value: { '@@assign': values } } } });
}
