/**
 * What policies would decide about actions on resources, without anybody doing anything.
 *
 * The decision is the evaluator's own; service control policies above the account take part, resource control policies
 * do not, as on AWS. Not here: where the policies come from (simulated-policies.ts).
 * Source: the IAM API reference, SimulatePrincipalPolicy.
 */
import type {
  EvaluationResult,
  SimulateCustomPolicyRequest,
  SimulatePolicyResponse,
  Statement,
} from '@aws-sdk/client-iam';
import { parseArn, present } from '@holdfast/kernel';
import { parseJson } from '@holdfast/policy';
import type { Checked } from '@holdfast/wire';
import type { ConditionContext } from '../../authorization/authorizer.ts';
import { lookupIn } from '../../authorization/context.ts';
import { evaluate, type Outcome } from '../../authorization/evaluate.ts';
import type { Principal } from '../../authorization/principals.ts';
import type { Lookup } from '../../authorization/template.ts';
import { bare, type Finding, type HungPolicies, trace } from '../../authorization/trace.ts';
import type { OperationSchema, ReadCall } from '../operation.ts';
import { invalidInput } from './errors.ts';
import { type ListInput, listPage, truncation } from './listing.ts';
import { PAGE_SIZE } from './quotas.ts';
import { GIVEN, givenLevels, givenPolicies, type Simulated, type SimulatedSource } from './simulated-policies.ts';

/** What both operations take. */
export type SimulationInput = Omit<Checked<SimulateCustomPolicyRequest>, 'PolicyInputList'> & {
  readonly PolicyInputList?: readonly string[] | null | undefined;
} & ListInput;

interface Simulation {
  readonly policies: HungPolicies;
  /** Those that are shown when they matched. */
  readonly shown: readonly Simulated[];
  /** Where the statements of a policy that is shown begin. */
  readonly positions: (origin: Finding['origin']) => readonly Position[] | undefined;
  readonly principal: Principal;
  readonly lookup: Lookup;
}

/**
 * Characters of policies that one page of results may be compared with, each result with all of them. A page is shorter
 * than was asked for where the policies are longer than anybody's, so that no simulation keeps other requests waiting.
 */
const CHARS_COMPARED_MAX = 4_000_000;

/** Each action on each resource, one result each, in the order in which they were asked. */
export async function simulate(
  call: ReadCall,
  schema: OperationSchema,
  input: SimulationInput,
  source: SimulatedSource,
): Promise<SimulatePolicyResponse> {
  const simulation = simulationOf(call, input, source);
  const { ActionNames: actions, ResourceArns: given, Marker: _marker, MaxItems: asked, ...rest } = input;
  const resources = given?.length ? given : ['*'];
  const count = actions.length * resources.length;
  const page = await listPage<number, number>(
    call,
    schema,
    { ...input, MaxItems: Math.min(asked ?? PAGE_SIZE, resultsMax(simulation)) },
    {
      parameters: { ...rest, actions, resources: given },
      // By their numbers: a request may name millions of pairs.
      read: async (after = -1, limit) =>
        Array.from({ length: Math.min(limit, count - after - 1) }, (_, index) => after + 1 + index),
      cursorOf: (index) => index,
    },
  );
  const results = page.items.map((index) => {
    const action = present(actions[Math.floor(index / resources.length)], 'the action of a result');
    const resource = present(resources[index % resources.length], 'the resource of a result');
    return resultOf(simulation, action, resource);
  });
  return { EvaluationResults: results, ...truncation(page) };
}

function resultsMax({ shown }: Simulation): number {
  const chars = shown.reduce((sum, { text }) => sum + text.length, 0);
  return Math.max(1, Math.floor(CHARS_COMPARED_MAX / Math.max(1, chars)));
}

function simulationOf(call: ReadCall, input: SimulationInput, source: SimulatedSource): Simulation {
  if (input.ResourceHandlingOption) throw invalidInput('ResourceHandlingOption is about EC2, which is not here.');
  const identity = [...source.identity, ...givenPolicies('PolicyInputList', input.PolicyInputList)];
  const [givenBoundary, ...others] = givenPolicies(
    'PermissionsBoundaryPolicyInputList',
    input.PermissionsBoundaryPolicyInputList,
    'boundary',
  );
  if (others.length > 0) throw invalidInput('There can be one permissions boundary at a time.');
  const boundary = givenBoundary ?? source.boundary;
  const [resource] = givenPolicies('ResourcePolicy', input.ResourcePolicy ? [input.ResourcePolicy] : [], 'resource');
  const levels = givenLevels(input.OrderedOrganizationPolicyInputList ?? []);
  const principal = input.CallerArn ? callerOf(input.CallerArn) : source.principal;
  if (resource && !principal) throw invalidInput('A ResourcePolicy takes the CallerArn of a user.');
  const shown = [
    ...identity,
    ...(boundary ? [boundary] : []),
    ...(resource ? [resource] : []),
    ...levels.flatMap(({ policies }) => policies),
  ];
  return {
    policies: {
      isRoot: false,
      identity,
      boundary,
      session: undefined,
      resource: resource && { policy: resource, accountId: ownerOf(input, call.accountId), required: false },
      serviceControl: levels.length > 0 ? levels : source.serviceControl,
      resourceControl: undefined,
    },
    shown,
    positions: positionsOf(shown),
    principal: principal ?? nobody(call.accountId),
    lookup: lookupIn(givenContext(input), source.facts),
  };
}

/** @throws InvalidInput unless it is the ARN of a user */
function callerOf(arn: string): Principal {
  const { service, accountId = '', resource = '' } = parseArn(arn) ?? {};
  if (service !== 'iam' || !resource.startsWith('user/')) throw invalidInput(`CallerArn ${arn} is not that of a user.`);
  return { kind: 'aws', accountId, arn, identityArn: arn, uniqueId: '' };
}

/** Identity policies speak of whoever they hang on: nobody has to be named. */
function nobody(accountId: string): Principal {
  return { kind: 'aws', accountId, arn: '', identityArn: '', uniqueId: '' };
}

/** An account's id or the ARN of something in it; the caller's own when nobody is named. */
function ownerOf({ ResourceOwner: owner }: SimulationInput, accountId: string): string {
  if (!owner) return accountId;
  const id = parseArn(owner)?.accountId ?? owner;
  if (!/^\d{12}$/.test(id)) throw invalidInput(`ResourceOwner ${owner} names no account.`);
  return id;
}

function givenContext({ ContextEntries: entries }: SimulationInput): ConditionContext {
  return Object.fromEntries(
    (entries ?? []).map(({ ContextKeyName: name, ContextKeyValues: values }) => {
      if (!name) throw invalidInput('Each of the ContextEntries takes a ContextKeyName.');
      return [name.toLowerCase(), values ?? []];
    }),
  );
}

const DECISIONS = {
  allowed: 'allowed',
  'explicitly-denied': 'explicitDeny',
  'not-allowed': 'implicitDeny',
} as const satisfies Record<Outcome['kind'], EvaluationResult['EvalDecision']>;

function resultOf(
  { policies, shown, positions, principal, lookup }: Simulation,
  action: string,
  resource: string,
): EvaluationResult {
  const request = { principal, action, resource, lookup };
  const { outcome, decidedBy } = trace(policies, request);
  const { boundary, serviceControl } = bare(policies);
  const allowedBy = (only: Partial<ReturnType<typeof bare>>): boolean =>
    evaluate({ ...ALONE, ...only }, request).kind === 'allowed';
  return {
    EvalActionName: action,
    EvalResourceName: resource,
    EvalDecision: DECISIONS[outcome.kind],
    MatchedStatements: decidedBy.flatMap((finding) => statementsOf(finding, positions)),
    MissingContextValues: missingKeys(shown, action, lookup),
    ...(serviceControl && {
      OrganizationsDecisionDetail: { AllowedByOrganizations: allowedBy({ isRoot: true, serviceControl }) },
    }),
    ...(boundary && {
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: allowedBy({ identity: [boundary] }) },
    }),
  };
}

const ALONE: ReturnType<typeof bare> = {
  isRoot: false,
  identity: [],
  boundary: undefined,
  session: undefined,
  resource: undefined,
  serviceControl: undefined,
  resourceControl: undefined,
};

/** Nothing of the account's control policies: not everybody who may simulate may read them. */
function statementsOf({ origin, statement }: Finding, positions: Simulation['positions']): Statement[] {
  const found = positions(origin);
  const position = found?.[statement - 1];
  return position ? [{ ...sourceOfStatement(origin), StartPosition: position }] : [];
}

/** Each text is read once, when something in it matched first. Undefined: it is not shown. */
function positionsOf(shown: readonly Simulated[]): Simulation['positions'] {
  const texts = new Map(shown.map(({ origin, text }) => [origin, text]));
  const known = new Map<Finding['origin'], readonly Position[]>();
  return (origin) => {
    const text = texts.get(origin);
    if (text === undefined) return undefined;
    const positions = known.get(origin) ?? positionsIn(text);
    known.set(origin, positions);
    return positions;
  };
}

function sourceOfStatement({
  layer,
  policy,
  on,
}: Finding['origin']): Pick<Statement, 'SourcePolicyId' | 'SourcePolicyType'> {
  if (layer === 'resource') return { SourcePolicyId: policy, SourcePolicyType: 'resource' };
  if (on === GIVEN) return { SourcePolicyId: policy, SourcePolicyType: 'none' };
  if (policy.startsWith('arn:')) {
    const type = policy.startsWith('arn:aws:iam::aws:') ? 'aws-managed' : 'user-managed';
    return { SourcePolicyId: policy.slice(policy.lastIndexOf('/') + 1), SourcePolicyType: type };
  }
  const [kind = '', name = ''] = on.split(' ');
  const type = kind === 'user' || kind === 'group' ? kind : 'role';
  return { SourcePolicyId: `${kind}_${name}_${policy}`, SourcePolicyType: type };
}

type Position = Readonly<Record<'Line' | 'Column', number>>;

/** Line and column, from 1 on, where each statement begins. */
function positionsIn(text: string): Position[] {
  const { value } = parseJson(text);
  const members = value?.kind === 'object' ? value.members : [];
  const statements = members.find(({ name }) => name === 'Statement')?.value;
  const offsets = (statements?.kind === 'array' ? statements.items : [statements]).map((one) => one?.offset ?? 0);
  let line = 1;
  let lineStart = 0;
  return offsets.map((offset) => {
    for (let at = text.indexOf('\n', lineStart); at >= 0 && at < offset; at = text.indexOf('\n', lineStart)) {
      line++;
      lineStart = at + 1;
    }
    return { Line: line, Column: offset - lineStart + 1 };
  });
}

/** Condition keys of statements about the action that nobody gave a value for. */
function missingKeys(policies: readonly Simulated[], action: string, lookup: Lookup): string[] {
  const keys = policies
    .flatMap(({ document }) => document.statements)
    .filter((statement) => statement.matchesAction(action.toLowerCase()))
    .flatMap(({ conditions }) => conditions.map(({ key }) => key));
  return [...new Set(keys)].filter((key) => lookup(key.toLowerCase()) === undefined).toSorted();
}
