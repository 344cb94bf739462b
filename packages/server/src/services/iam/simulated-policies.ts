/**
 * The policies that a simulation asks about: those that hang on a user, group or role, and documents only given.
 *
 * Not here: what they decide (simulation.ts).
 */
import { parseArn } from '@holdfast/kernel';
import type { ConditionContext } from '../../authorization/authorizer.ts';
import { principalOf } from '../../authorization/caller.ts';
import { compileControl, NOTHING } from '../../authorization/compiler.ts';
import { contextOfCaller } from '../../authorization/context.ts';
import { findSubject } from '../../authorization/explain.ts';
import { managedPolicy } from '../../authorization/managed-policies.ts';
import { PolicyProblem, readPolicy } from '../../authorization/policy-document.ts';
import type { Principal } from '../../authorization/principals.ts';
import type { Hung, HungLevel, Origin } from '../../authorization/trace.ts';
import { type ControlLevel, placeOfAccount } from '../../store/account-place.ts';
import { findGroup } from '../../store/identity-groups.ts';
import { groupArn } from '../../store/identity-ids.ts';
import { type NamedPolicy, policiesOfPrincipal } from '../../store/policy-origins.ts';
import type { ReadCall } from '../operation.ts';
import { invalidInput, missing } from './errors.ts';

/** A policy with its text: what matched is shown by where it stands there. */
export interface Simulated extends Hung {
  readonly text: string;
}

export interface SimulatedSource {
  readonly identity: readonly Simulated[];
  readonly boundary: Simulated | undefined;
  /** Service control policies above the account. Undefined: none bind. */
  readonly serviceControl: readonly HungLevel[] | undefined;
  /** Undefined: of a group, and of documents that are only given, nobody asks. */
  readonly principal: Principal | undefined;
  /** Condition keys that follow from the user or role. */
  readonly facts: ConditionContext;
}

export const NO_SOURCE: SimulatedSource = {
  identity: [],
  boundary: undefined,
  serviceControl: undefined,
  principal: undefined,
  facts: {},
};

/** What hangs on a user (groups included), group or role of the account. @throws NoSuchEntity, InvalidInput */
export async function sourceOf(call: ReadCall, arn: string): Promise<SimulatedSource> {
  const { service, resource = '' } = parseArn(arn) ?? {};
  if (service !== 'iam' || !/^(?:user|group|role)\/./.test(resource)) {
    throw invalidInput(`${arn} is not the ARN of a user, group or role.`);
  }
  const source = resource.startsWith('group/') ? await groupSource(call, arn) : await principalSource(call, arn);
  if (!source) throw missing(`The entity with ARN ${arn} cannot be found.`);
  return source;
}

async function principalSource({ db, now }: ReadCall, arn: string): Promise<SimulatedSource | undefined> {
  const subject = await findSubject(db, arn, now);
  if (!subject) return undefined;
  const { caller, standing, policies, isServiceLinked } = subject;
  return {
    identity: policies.identity.map((policy) => simulated(policy, 'identity')),
    boundary: policies.boundary && simulated(policies.boundary, 'boundary'),
    serviceControl: isServiceLinked ? undefined : levelsOf(standing.controls.service),
    principal: principalOf(caller),
    facts: contextOfCaller(caller, standing, now),
  };
}

async function groupSource({ db, accountId }: ReadCall, arn: string): Promise<SimulatedSource | undefined> {
  const group = await findGroup(db, accountId, arn.slice(arn.lastIndexOf('/') + 1));
  if (!group || groupArn(group) !== arn) return undefined;
  const place = await placeOfAccount(db, accountId);
  const { identity } = await policiesOfPrincipal(db, group.id);
  return {
    ...NO_SOURCE,
    identity: identity.map((policy) => simulated(policy, 'identity')),
    serviceControl: levelsOf(place?.controls.service),
  };
}

/** A managed policy that is gone grants nothing. */
function simulated({ on, policy, inForce }: NamedPolicy, layer: Origin['layer']): Simulated {
  const text = 'document' in inForce ? inForce.document : managedPolicy(inForce.awsManagedArn)?.document;
  const document = text === undefined ? NOTHING : readPolicy(text, 'identity');
  return { text: text ?? '', document, origin: { layer, policy, on } };
}

function levelsOf(levels: readonly ControlLevel[] | undefined): HungLevel[] | undefined {
  return levels?.map(({ nodeId, documents }) => ({
    nodeId,
    policies: documents.map((document, index) => ({
      document: compileControl(readPolicy, document, 'service'),
      origin: { layer: 'service-control', policy: `${index + 1}`, on: nodeId },
    })),
  }));
}

/** What given documents hang on. */
export const GIVEN = 'given';

/** Levels of an organization that are only given, from its root down to the account. @throws InvalidInput */
export function givenLevels(
  levels: readonly { readonly ServiceControlPolicyInputList?: readonly string[] | null | undefined }[],
): (HungLevel & { readonly policies: readonly Simulated[] })[] {
  return levels.map(({ ServiceControlPolicyInputList: texts }, index) => ({
    nodeId: `level ${index + 1}`,
    policies: givenPolicies(`OrderedOrganizationPolicyInputList.${index + 1}`, texts, 'service-control'),
  }));
}

/** Documents that are only given, called `<list>.1`, `<list>.2`, … @throws InvalidInput */
export function givenPolicies(
  list: string,
  texts: readonly string[] | null | undefined,
  layer: Origin['layer'] = 'identity',
): Simulated[] {
  return (texts ?? []).map((text, index) => {
    const policy = `${list}.${index + 1}`;
    try {
      const document = readPolicy(text, layer === 'resource' ? 'resource' : 'identity');
      return { text, document, origin: { layer, policy, on: GIVEN } };
    } catch (error) {
      if (error instanceof PolicyProblem) throw invalidInput(`${policy}: ${error.message}`);
      throw error;
    }
  });
}
