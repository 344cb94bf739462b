/**
 * Whether a user, role, session or root may do something, and by which statement of which policy. Nothing is changed.
 *
 * Whoever may simulate the principal may ask: in the principal's account, and in the management account for its
 * members.
 * Not here: the explanation itself (authorization/explain).
 */
import { formatArn, isoTime, parseArn } from '@holdfast/kernel';
import { accessDenied } from '@holdfast/wire';
import type { AccessExplanation, ConditionContext, Question } from '../../authorization/authorizer.ts';
import { isKnownConditionKey } from '../../authorization/condition-keys.ts';
import type { Finding } from '../../authorization/trace.ts';
import { findAccount } from '../../store/account.ts';
import { roleArn } from '../../store/identity-ids.ts';
import { findRole } from '../../store/identity-roles.ts';
import { membershipOf } from '../../store/organizations.ts';
import { refusal } from '../access-denied.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { ExplainAccess$, type ExplainAccessInput } from './model.ts';
import { factsOfResource } from './resource-facts.ts';
import { invalid } from './what-if.ts';

interface Output {
  readonly Decision: 'ALLOWED' | 'DENIED';
  /** Why it is denied, in the words of the answer that the principal would get. */
  readonly Because?: string;
  /** JSON: what decided, what came near, what else has a say. */
  readonly Explanation: string;
}

export const explainAccess = readingOperation(
  ExplainAccess$,
  async (input: ExplainAccessInput, call: ReadCall): Promise<Output> => {
    const { PrincipalArn: principalArn, Action: action, ResourceArn: resource = '*' } = input;
    if (!ACTION.test(action))
      throw invalid(`${JSON.stringify(action)} is not an action, such as backup:ListBackupJobs.`);
    if (resource !== '*' && !parseArn(resource))
      throw invalid(`${JSON.stringify(resource)} is neither an ARN nor "*".`);
    const accountId = await accountToExplain(call, principalArn);
    await needInsight(call, action, resource);
    const given = contextOf(input.Context ?? []);
    const seesOrganization = await manages(call, accountId);
    const facts = await factsOfResource(call.db, { accountId, action, resource, seesOrganization });
    const explanation = await call.installation.authorizer.explain(call.db, principalArn, {
      action,
      resource,
      context: { ...facts.context, ...call.requestContext, ...given },
      ...(facts.resourcePolicy && { resourcePolicy: facts.resourcePolicy }),
    });
    if (!explanation) throw invalid(`There is no user, role, session or root ${principalArn}.`);
    const { decision, ...why } = seesOrganization ? explanation : withoutControls(explanation);
    const notes = [...(await notesOnAccount(call, accountId)), ...facts.notes];
    const asked = { at: isoTime(call.now), principalArn, action, resource, notes };
    return {
      Decision: decision.allowed ? 'ALLOWED' : 'DENIED',
      ...(!decision.allowed && { Because: decision.because }),
      Explanation: JSON.stringify({ ...asked, ...why }),
    };
  },
  // The handler asks, for whom is part of the question.
  () => ({ resources: [] }),
);

const ACTION = /^[a-zA-Z0-9-]+:[a-zA-Z0-9]+$/;
const CONTEXT_MAX = 50;
/** Follow from the principal, the resource and the clock: another value would explain something that cannot be. */
const OF_THE_PRINCIPAL =
  /^aws:(?:principal|userid$|username$|viaawsservice$|resourceaccount$|resourceorg|currenttime$|epochtime$)/;

async function notesOnAccount({ db }: ReadCall, accountId: string): Promise<string[]> {
  const account = await findAccount(db, accountId);
  return account?.state === 'ACTIVE'
    ? []
    : ['The account is closed: whatever its policies say, nobody signs in to it.'];
}

/** Whether the caller's account is the management account of the account's organization. */
async function manages({ db, caller }: ReadCall, accountId: string): Promise<boolean> {
  const membership = await membershipOf(db, accountId);
  return membership?.organization.managementAccountId === caller.accountId;
}

/**
 * What another account owns is explained by that account: the answer would tell of its policies and tags. What members
 * may do in their organization can be explained to them; its tags are then left out.
 * @throws AccessDeniedException
 */
async function needInsight(call: ReadCall, action: string, resource: string): Promise<void> {
  const owner = parseArn(resource)?.accountId ?? '';
  if (!/^\d{12}$/.test(owner) || owner === call.caller.accountId || /^organizations:/i.test(action)) return;
  if (await manages(call, owner)) return;
  throw accessDenied(
    `The resource belongs to account ${owner}: only there, or in its management account, can this be explained.`,
  );
}

/** Members are told which control policy it was and where it hangs, not what it says: they may not read it either. */
function withoutControls(explanation: AccessExplanation): AccessExplanation {
  const { decidedBy, nearest, ...rest } = explanation;
  const isControl = ({ origin: { layer } }: Finding): boolean =>
    layer === 'service-control' || layer === 'resource-control';
  return {
    ...rest,
    nearest: nearest.filter((finding) => !isControl(finding)),
    decidedBy: decidedBy.map((finding) => (isControl(finding) ? { ...finding, sid: undefined } : finding)),
  };
}

/** The principal's account. @throws AccessDeniedException, whether there is such a principal or not */
async function accountToExplain(call: ReadCall, principalArn: string): Promise<string> {
  const { db, caller, installation } = call;
  const accountId = parseArn(principalArn)?.accountId;
  if (accountId === undefined) throw invalid(`${JSON.stringify(principalArn)} is not the ARN of a principal.`);
  const question: Question = {
    action: 'iam:SimulatePrincipalPolicy',
    resource: await simulated(call, principalArn),
    ...(call.requestContext && { context: call.requestContext }),
    ...(accountId !== caller.accountId && { resourcePolicy: await opened(call, accountId) }),
  };
  const decision = await installation.authorizer.decide(db, caller, question);
  if (!decision.allowed) throw refusal('holdfast', caller, question, decision.because);
  return accountId;
}

/** Permissions to simulate a session are given on its role. */
async function simulated({ db }: ReadCall, principalArn: string): Promise<string> {
  const { accountId = '', resource = '' } = parseArn(principalArn) ?? {};
  const roleName = /^assumed-role\/([^/]+)\//.exec(resource)?.[1];
  if (roleName === undefined) return principalArn;
  const role = await findRole(db, accountId, roleName);
  return role ? roleArn(role) : formatArn({ service: 'iam', region: '', accountId, resource: `role/${roleName}` });
}

/** What another account lets the caller's do: all to its management account. */
async function opened(call: ReadCall, accountId: string): Promise<NonNullable<Question['resourcePolicy']>> {
  if (!(await manages(call, accountId))) {
    throw accessDenied(
      'Only principals of your own account can be explained, and those of members to their management account.',
    );
  }
  const statement = { Effect: 'Allow', Principal: { AWS: call.caller.accountId }, Action: '*', Resource: '*' };
  return { kind: 'resource', accountId, document: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) };
}

function contextOf(entries: NonNullable<ExplainAccessInput['Context']>): ConditionContext {
  if (entries.length > CONTEXT_MAX)
    throw invalid(`There are ${entries.length} condition keys of at most ${CONTEXT_MAX}.`);
  const keys = entries.map(({ Key: key, Values: values }): [string, readonly string[]] => {
    const lower = key.toLowerCase();
    if (!isKnownConditionKey(lower)) throw invalid(`The condition key ${key} is not known here: it would never match.`);
    if (OF_THE_PRINCIPAL.test(lower)) throw invalid(`The condition key ${key} follows from what is asked about.`);
    return [lower, values];
  });
  return Object.fromEntries(keys);
}
