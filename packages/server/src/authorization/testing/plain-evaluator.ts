/**
 * IAM's decision the plain way: straight from the JSON documents, one rule after the other as IAM's "policy evaluation
 * logic" tells them, nothing compiled, nothing shared with the real evaluator. Slow; the oracle of its property test.
 */

export interface PlainStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly string[];
  readonly NotResource?: readonly string[];
  readonly Principal?: { readonly AWS: readonly string[] };
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}
export type PlainPolicy = readonly PlainStatement[];

export interface PlainRequest {
  readonly accountId: string;
  readonly callerArn: string;
  /** The role behind a session; otherwise the caller's own. */
  readonly identityArn: string;
  readonly isRoot: boolean;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, readonly string[]>>;
}

export interface PlainPolicies {
  readonly identity: readonly PlainPolicy[];
  readonly boundary?: PlainPolicy;
  readonly session?: readonly PlainPolicy[];
  readonly resource?: { readonly policy: PlainPolicy; readonly accountId: string; readonly isTrust: boolean };
  /** Of the caller's account: what hangs on the root, on each unit, on the account. */
  readonly serviceControl?: readonly (readonly PlainPolicy[])[];
  /** The same of the resource's account. */
  readonly resourceControl?: readonly (readonly PlainPolicy[])[];
}

export function plainDecision(policies: PlainPolicies, request: PlainRequest): 'allowed' | 'denied' | 'not allowed' {
  const { identity, boundary, session, resource, serviceControl = [], resourceControl = [] } = policies;
  const everything = [
    ...identity,
    ...(boundary ? [boundary] : []),
    ...(session ?? []),
    ...(resource ? [resource.policy] : []),
    ...serviceControl.flat(),
    ...resourceControl.flat(),
  ].flat();
  if (everything.some((statement) => statement.Effect === 'Deny' && holds(statement, request))) return 'denied';

  const grants = (policy: PlainPolicy): boolean =>
    policy.some((statement) => statement.Effect === 'Allow' && holds(statement, request));
  for (const level of [...serviceControl, ...resourceControl]) if (!level.some(grants)) return 'not allowed';

  if (resource?.isTrust && !grants(resource.policy)) return 'not allowed';
  const byIdentity = request.isRoot || identity.some(grants);
  const limited = (boundary !== undefined && !grants(boundary)) || (session !== undefined && !session.some(grants));
  if (resource && resource.accountId !== request.accountId) {
    return byIdentity && !limited && grants(resource.policy) ? 'allowed' : 'not allowed';
  }
  const granting = (resource?.policy ?? []).filter(({ Effect }) => Effect === 'Allow');
  const applying = granting.filter((statement) => holds(statement, request));
  if (applying.some((statement) => namesItself(statement, request))) return 'allowed';
  const byName = applying.some((statement) => namesCaller(statement, request));
  return (byIdentity || byName) && !limited ? 'allowed' : 'not allowed';
}

function holds(statement: PlainStatement, request: PlainRequest): boolean {
  const { Action, NotAction, Resource, NotResource, Principal, Condition = {} } = statement;
  const action = request.action.toLowerCase();
  if (Action && !Action.some((pattern) => glob(pattern.toLowerCase(), action))) return false;
  if (NotAction?.some((pattern) => glob(pattern.toLowerCase(), action))) return false;
  const matches = (pattern: string): boolean => arnGlob(filled(pattern, request), request.resource);
  if (Resource && !Resource.some(matches)) return false;
  if (NotResource?.some(matches)) return false;
  if (Principal && !namesCaller(statement, request) && !namesAccount(statement, request)) return false;
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => conditionHolds(operator, request.context[key.toLowerCase()], wanted)),
  );
}

function namesAccount({ Principal }: PlainStatement, { accountId }: PlainRequest): boolean {
  return Principal?.AWS.some((name) => name === accountId || name === `arn:aws:iam::${accountId}:root`) ?? false;
}

/** An account is named as its root is. */
function namesItself(statement: PlainStatement, request: PlainRequest): boolean {
  return request.isRoot
    ? namesAccount(statement, request)
    : (statement.Principal?.AWS.includes(request.callerArn) ?? false);
}

/** With the one variable that occurs; without one value for it, something that no resource is called. */
function filled(pattern: string, { context }: PlainRequest): string {
  const values = context['aws:username'];
  return pattern.replaceAll('${aws:username}', values?.length === 1 ? (values[0] ?? '') : '\u0000');
}

function namesCaller({ Principal }: PlainStatement, { callerArn, identityArn }: PlainRequest): boolean {
  return Principal?.AWS.some((name) => name === '*' || name === callerArn || name === identityArn) ?? false;
}

function conditionHolds(operator: string, actual: readonly string[] | undefined, wanted: readonly string[]): boolean {
  const ifExists = operator.endsWith('IfExists');
  const [set, name] = operator.replace('IfExists', '').includes(':')
    ? operator.replace('IfExists', '').split(':')
    : ['', operator.replace('IfExists', '')];
  if (name === 'Null') return wanted.includes(String(actual === undefined));
  const negated = name?.includes('Not') ?? false;
  if (actual === undefined) return ifExists || set === 'ForAllValues' || (negated && set === '');
  const one = (value: string): boolean => wanted.some((each) => compare(name?.replace('Not', '') ?? '', value, each));
  if (set === 'ForAllValues') return actual.every((value) => one(value) !== negated);
  if (set === 'ForAnyValue') return actual.some((value) => one(value) !== negated);
  return negated ? !actual.some(one) : actual.some(one);
}

function compare(operator: string, actual: string, wanted: string): boolean {
  if (operator === 'StringEquals') return actual === wanted;
  if (operator === 'StringLike') return glob(wanted, actual);
  if (operator === 'NumericLessThan') return Number(actual) < Number(wanted);
  if (operator === 'StringEqualsIgnoreCase') return actual.toLowerCase() === wanted.toLowerCase();
  throw new Error(`the plain evaluator does not know ${operator}`);
}

function arnGlob(pattern: string, arn: string): boolean {
  if (pattern === '*') return true;
  const cut = (text: string): string[] => [...text.split(':').slice(0, 5), text.split(':').slice(5).join(':')];
  return cut(pattern).every((part, index) => glob(part, cut(arn)[index] ?? ''));
}

/** By trying every length for every `*`. */
function glob(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern.startsWith('*')) {
    return Array.from({ length: text.length + 1 }, (_, length) => length).some((length) =>
      glob(pattern.slice(1), text.slice(length)),
    );
  }
  return text !== '' && (pattern[0] === '?' || pattern[0] === text[0]) && glob(pattern.slice(1), text.slice(1));
}
