/** One recorded call of Organizations, sent to the world as it was sent to AWS. */
import { send, text } from '../../../packages/server/src/testing/organization.ts';
import type { CallCase, Difference } from '../cases.ts';
import { same, within } from '../compare.ts';
import { type Answer, answerOf, comparable } from './answers.ts';
import { putResourcePolicy } from './state.ts';
import { clientOf, replaced, type World } from './world.ts';

/** Undefined: the answer is AWS's. */
export async function runCall(world: World, call: CallCase): Promise<Difference | undefined> {
  if (call.resourcePolicy) await putResourcePolicy(world, call.resourcePolicy);
  const client = await clientOf(world, call);
  const answer = await answerOf(send(client, call.action, inputOf(world, call)));
  noteNewIds(world, call, answer.output);
  const [expected, actual] = await comparison(world, call, answer);
  return same(expected, actual) ? undefined : { expected, actual };
}

function inputOf(world: World, { input }: CallCase): object {
  const sent = replaced(input, world);
  // Where the text itself was not recorded.
  return 'Content' in sent && sent['Content'] === '<valid document>' ? { ...sent, Content: '{"plans":{}}' } : sent;
}

/** What was recorded and what was answered, each by the part of the answer that it is about. */
async function comparison(world: World, call: CallCase, { output, ...told }: Answer): Promise<[object, object]> {
  const {
    messageStartsWith,
    output: whole,
    outputContains,
    outputCounts,
    sameAs,
    after,
    ...rest
  } = replaced(call.expect, world);
  const { code, reason, message } = rest;
  const expected: Record<string, unknown> = { told: { code, ...(reason && { reason }), ...(message && { message }) } };
  const actual: Record<string, unknown> = { told: within(told, expected['told']) };
  if (messageStartsWith !== undefined) {
    expected['message'] = messageStartsWith;
    actual['message'] = told.message?.slice(0, messageStartsWith.length);
  }
  if (whole) {
    expected['output'] = comparable(whole);
    actual['output'] = comparable(output, whole);
  }
  if (outputContains) {
    expected['contains'] = comparable(outputContains);
    actual['contains'] = within(comparable(output, outputContains), outputContains);
  }
  if (outputCounts) {
    expected['counts'] = outputCounts;
    const members = (output ?? {}) as Readonly<Record<string, unknown[] | undefined>>;
    actual['counts'] = Object.fromEntries(Object.keys(outputCounts).map((name) => [name, members[name]?.length]));
  }
  if (sameAs !== undefined) {
    expected['same'] = comparable(await readByManagement(world, call));
    actual['same'] = comparable(output);
  }
  if (after) {
    expected['after'] = after;
    actual['after'] = within(await readAfter(world, call), after);
  }
  return [expected, actual];
}

interface Made {
  readonly OrganizationalUnit?: { readonly Id?: string; readonly Path?: string };
  readonly CreateAccountStatus?: { readonly Id?: string };
  readonly Policy?: { readonly PolicySummary?: { readonly Id?: string } };
  readonly Handshake?: { readonly Id?: string };
  readonly ResourcePolicy?: { readonly ResourcePolicySummary?: { readonly Id?: string } };
}

/** What a call made has a stand-in in its answer. */
function noteNewIds({ standIns }: World, { expect: { output, outputContains } }: CallCase, answer: object = {}): void {
  const wanted: Made = output ?? outputContains ?? {};
  const real: Made = answer;
  const note = (standIn: string | undefined, id: string | undefined): void => {
    if (standIn !== undefined && id !== undefined && !standIns.has(standIn)) standIns.set(standIn, id);
  };
  const renewed = (standIn: string | undefined, id: string | undefined): void => {
    if (standIn !== undefined && id !== undefined) standIns.set(standIn, id);
  };
  renewed(wanted.Policy?.PolicySummary?.Id, real.Policy?.PolicySummary?.Id);
  renewed(wanted.Handshake?.Id, real.Handshake?.Id);
  renewed(wanted.ResourcePolicy?.ResourcePolicySummary?.Id, real.ResourcePolicy?.ResourcePolicySummary?.Id);
  renewed(wanted.CreateAccountStatus?.Id, real.CreateAccountStatus?.Id);
  const unit = wanted.OrganizationalUnit;
  note(unit?.Id ?? unit?.Path?.split('/').at(-2), real.OrganizationalUnit?.Id);
}

/** What the management account reads of the member at the same moment. */
async function readByManagement({ org, memberId }: World, { action, input }: CallCase): Promise<unknown> {
  const { output } = await answerOf(send(org.client, action, { ...input, TargetId: memberId }));
  return output;
}

async function readAfter({ org, standIns }: World, { action }: CallCase): Promise<object> {
  const unit = text(standIns.get('U1'));
  if (action.endsWith('Resource')) return send(org.client, 'ListTagsForResource', { ResourceId: unit });
  if (action.endsWith('Policy')) {
    const { Policy } = (await send(org.client, 'DescribePolicy', { PolicyId: text(standIns.get('P1')) })) as {
      Policy: { PolicySummary: object };
    };
    return Policy.PolicySummary;
  }
  const { OrganizationalUnit } = (await send(org.client, 'DescribeOrganizationalUnit', {
    OrganizationalUnitId: unit,
  })) as { OrganizationalUnit: object };
  return OrganizationalUnit;
}
