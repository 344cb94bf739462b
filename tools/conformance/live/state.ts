/**
 * States that recordings begin in, each brought about through the API whatever was there before.
 *
 * Not here: which recording needs which (given.ts).
 */
import type { ManagementPolicyType } from '@holdfast/policy';
import { send, text } from '../../../packages/server/src/testing/organization.ts';
import type { EffectiveCase } from '../cases.ts';
import { EVERYTHING, idOf, replaced, type World } from './world.ts';

const DELEGATED_SERVICE = 'account.amazonaws.com';
/** Lets the member do nothing of interest. */
const ANY_RESOURCE_POLICY = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: '222222222222' }, Action: 'organizations:ListRoots', Resource: '*' },
  ],
};

interface Root {
  readonly PolicyTypes: readonly { readonly Type: string }[];
}

export async function enabledTypes({ org }: World): Promise<string[]> {
  const { Roots } = (await send(org.client, 'ListRoots', {})) as { Roots: readonly Root[] };
  return Roots.flatMap(({ PolicyTypes }) => PolicyTypes.map(({ Type }) => Type));
}

export async function enable(world: World, type: string): Promise<void> {
  if ((await enabledTypes(world)).includes(type)) return;
  await send(world.org.client, 'EnablePolicyType', { RootId: world.org.rootId, PolicyType: type });
  await world.org.publish();
}

export async function disable(world: World, type: string): Promise<void> {
  if (!(await enabledTypes(world)).includes(type)) return;
  await send(world.org.client, 'DisablePolicyType', { RootId: world.org.rootId, PolicyType: type });
}

/** Policies by name, attached where an effective case has them and nowhere else; then published. */
export async function arrange(world: World, { type, levels }: Pick<EffectiveCase, 'type' | 'levels'>): Promise<void> {
  const { org, standIns } = world;
  const unitNeeded = levels.some(({ at }) => at === 'ou');
  await disable(world, type);
  await enable(world, type);
  const places = new Map([
    ['root', org.rootId],
    ['account', world.memberId],
    ...(unitNeeded ? [['ou', await unitAboveMember(world)] as const] : []),
  ]);
  for (const { at, policies } of levels) {
    for (const { name, content } of policies) {
      const id = await org.policy(type, content);
      standIns.set(name, id);
      await org.attach(id, text(places.get(at)));
    }
  }
  await org.publish();
}

async function unitAboveMember({ org, memberId }: World): Promise<string> {
  const { Parents } = (await send(org.client, 'ListParents', { ChildId: memberId })) as { Parents: { Id: string }[] };
  const [parent] = Parents;
  if (parent && parent.Id !== org.rootId) return parent.Id;
  const unit = await org.unit('unit');
  const move = { AccountId: memberId, SourceParentId: org.rootId, DestinationParentId: unit };
  await send(org.client, 'MoveAccount', move);
  return unit;
}

/** A policy of the type, attached to the target under a recording's name for it. */
export async function attachNew(
  { org, standIns }: World,
  name: string,
  type: ManagementPolicyType,
  content: unknown,
  targetId: string,
): Promise<void> {
  const id = await org.policy(type, content);
  standIns.set(name, id);
  await org.attach(id, targetId);
}

export async function putResourcePolicy(world: World, policy: object = ANY_RESOURCE_POLICY): Promise<string> {
  const Content = JSON.stringify(replaced(policy, world));
  const { ResourcePolicy } = (await send(world.org.client, 'PutResourcePolicy', { Content })) as {
    ResourcePolicy: { ResourcePolicySummary: { Id: string } };
  };
  return ResourcePolicy.ResourcePolicySummary.Id;
}

export async function deleteResourcePolicy({ org }: World): Promise<void> {
  await unless('ResourcePolicyNotFoundException', send(org.client, 'DeleteResourcePolicy', {}));
}

export async function register({ org, memberId }: World): Promise<void> {
  await send(org.client, 'EnableAWSServiceAccess', { ServicePrincipal: DELEGATED_SERVICE });
  const registration = { AccountId: memberId, ServicePrincipal: DELEGATED_SERVICE };
  const registering = send(org.client, 'RegisterDelegatedAdministrator', registration);
  await unless('AccountAlreadyRegisteredException', registering);
}

export async function deregister({ org, memberId }: World): Promise<void> {
  const registration = { AccountId: memberId, ServicePrincipal: DELEGATED_SERVICE };
  await unless('AccountNotRegisteredException', send(org.client, 'DeregisterDelegatedAdministrator', registration));
}

export async function endTrust({ org }: World): Promise<void> {
  await send(org.client, 'DisableAWSServiceAccess', { ServicePrincipal: DELEGATED_SERVICE });
}

/** A unit under the root; the name does not matter. */
export async function needUnit({ org, standIns }: World, standIn: string, name = 'n1'): Promise<string> {
  const known = standIns.get(standIn) ?? (await org.unit(name));
  standIns.set(standIn, known);
  return known;
}

/** A service control policy that nobody has attached. */
export async function needPolicy({ org, standIns }: World, standIn: string, name = 'n1'): Promise<string> {
  const known = standIns.get(standIn);
  if (known !== undefined) return known;
  const id = await org.policy('SERVICE_CONTROL_POLICY', EVERYTHING, name);
  await send(org.client, 'UpdatePolicy', { PolicyId: id, Description: 'initial' });
  standIns.set(standIn, id);
  return id;
}

type HandshakeState = 'OPEN' | 'ACCEPTED' | 'DECLINED' | 'CANCELED';

/** An invitation to the member's address, in the state that is told of it. */
export async function needHandshake(world: World, standIn: string, state: HandshakeState): Promise<void> {
  const { org, standIns } = world;
  if (standIns.has(standIn)) return;
  const invitation = { Target: { Type: 'EMAIL', Id: idOf(world, 'm@example.test') }, Notes: 'note' };
  const { Handshake } = (await send(org.client, 'InviteAccountToOrganization', invitation)) as {
    Handshake: { Id: string };
  };
  standIns.set(standIn, Handshake.Id);
  const input = { HandshakeId: Handshake.Id };
  const member = await org.memberClient(world.memberId);
  switch (state) {
    case 'OPEN':
      return;
    case 'ACCEPTED':
      // Refused, for the member is in the organization, and yet the handshake is accepted (recorded rule B 11.4).
      await unless('HandshakeConstraintViolationException', send(member, 'AcceptHandshake', input));
      return;
    case 'DECLINED':
      await send(member, 'DeclineHandshake', input);
      return;
    case 'CANCELED':
      await send(org.client, 'CancelHandshake', input);
      return;
  }
}

/** An error of this name means that the state was there before. */
async function unless(errorName: string, call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== errorName) throw error;
  }
}
