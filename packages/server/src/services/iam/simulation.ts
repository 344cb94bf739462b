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
import { parseArn } from '@holdfast/kernel';
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
import { GIVEN, givenLevels, givenPolicies, type Simulated, type SimulatedSource } from './simulated-policies.ts';

/** What both operations take. */
export type SimulationInput = Omit<Checked<SimulateCustomPolicyRequest>, 'PolicyInputList'> & {
  readonly PolicyInputList?: readonly string[] | null | undefined;
} & ListInput;

interface Simulation {
  readonly policies: HungPolicies;
  /** Those that are shown when they matched. */
  readonly shown: readonly Simulated[];
  readonly principal: Principal;
  readonly lookup: Lookup;
}

/** Each action on each resource, one result each, in the order in which they were asked. */
export async function simulate(
  call: ReadCall,
  schema: OperationSchema,
  input: SimulationInput,
  source: SimulatedSource,
): Promise<SimulatePolicyResponse> {
  const simulation = simulationOf(call, input, source);
  const { ActionNames: actions, ResourceArns: resources, Marker: _marker, MaxItems: _size, ...rest } = input;
  const all = actions.flatMap((action) =>
    (resources?.length ? resources : ['*']).map((resource) => ({ action, resource })),
  );
  const page = await listPage<(typeof all)[number] & { readonly index: number }, number>(call, schema, input, {
    parameters: { ...rest, actions, resources },
    read: async (after = -1, limit) =>
      all.map((question, index) => ({ ...question, index })).slice(after + 1, after + 1 + limit),
    cursorOf: ({ index }) => index,
  });
  const results = page.items.map(({ action, resource }) => resultOf(simulation, action, resource));
  return { EvaluationResults: results, ...truncation(page) };
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
    shown: [
      ...identity,
      ...(boundary ? [boundary] : []),
      ...(resource ? [resource] : []),
      ...levels.flatMap(({ policies }) => policies),
    ],
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
  { policies, shown, principal, lookup }: Simulation,
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
    MatchedStatements: decidedBy.flatMap((finding) => statementsOf(finding, shown)),
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
function statementsOf({ origin, statement }: Finding, shown: readonly Simulated[]): Statement[] {
  const found = shown.find((policy) => policy.origin === origin);
  if (!found) return [];
  return [{ ...sourceOfStatement(origin), StartPosition: positionOf(found.text, statement) }];
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

/** Line and column, from 1 on, where the n-th statement begins. */
function positionOf(text: string, statement: number): { Line: number; Column: number } {
  const { value } = parseJson(text);
  const members = value?.kind === 'object' ? value.members : [];
  const statements = members.find(({ name }) => name === 'Statement')?.value;
  const offset = (statements?.kind === 'array' ? statements.items[statement - 1] : statements)?.offset ?? 0;
  const before = text.slice(0, offset);
  return { Line: before.split('\n').length, Column: offset - before.lastIndexOf('\n') };
}

/** Condition keys of statements about the action that nobody gave a value for. */
function missingKeys(policies: readonly Simulated[], action: string, lookup: Lookup): string[] {
  const keys = policies
    .flatMap(({ document }) => document.statements)
    .filter((statement) => statement.matchesAction(action.toLowerCase()))
    .flatMap(({ conditions }) => conditions.map(({ key }) => key));
  return [...new Set(keys)].filter((key) => lookup(key.toLowerCase()) === undefined).toSorted();
}
