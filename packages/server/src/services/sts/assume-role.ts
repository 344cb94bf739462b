/**
 * AssumeRole: a role's trust policy and the caller's own policies decide together; a session of the role comes out.
 *
 * A role that does not exist is refused in the same words as one that may not be assumed.
 * Source: IAM's "using temporary credentials", "role chaining", "session tags" and "source identity"; the STS model for
 * bounds.
 */

import { AssumeRole$, type AssumeRoleRequest, type AssumeRoleResponse } from '@aws-sdk/client-sts';
import { parseArn } from '@holdfast/kernel';
import { AwsError, accessDenied, type Checked, ValidationError } from '@holdfast/wire';
import type { ConditionContext } from '../../authorization/authorizer.ts';
import type { Caller } from '../../authorization/caller.ts';
import { contextOfIdentityTags } from '../../authorization/context.ts';
import { findAccount } from '../../store/account.ts';
import type { Tx } from '../../store/database.ts';
import { findRoleByArn, type RoleRow } from '../../store/identity-roles.ts';
import { refusal } from '../access-denied.ts';
import { type Call, operation } from '../operation.ts';
import { proveMfa } from './mfa.ts';
import { openRoleSession } from './role-session.ts';
import { contextOfTags, hasTags, inheritedTags, joinedTags, passedTags, type SessionTags } from './session-tags.ts';

type Input = Checked<AssumeRoleRequest, 'RoleArn' | 'RoleSessionName'>;

const CHAINED_SECONDS_MAX = 3_600;

export const assumeRole = operation(
  AssumeRole$,
  async (input: Input, call: Call): Promise<AssumeRoleResponse> => {
    if (input.ProvidedContexts?.length) {
      throw new AwsError(ValidationError, 'ProvidedContexts is not supported here.');
    }
    if (call.caller.kind === 'root') throw accessDenied('Roles may not be assumed by root accounts.');
    const proof = await proveMfa(call, input);
    if (proof.kind === 'none') return assume(input, call, call.caller);
    try {
      if (proof.kind === 'refused') throw proof.error;
      return await assume(input, call, { ...call.caller, mfaAt: call.now });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      call.refuseAfterCommit(error);
      return {};
    }
  },
  // The handler asks: the role's trust policy is part of the question.
  () => ({ resources: [] }),
);

/** Refuses before anything is written. */
async function assume(input: Input, call: Call, caller: Caller): Promise<AssumeRoleResponse> {
  refuseLongChain(input, caller);
  const asked: Asked = {
    passed: passedTags(input.Tags ?? [], input.TransitiveTagKeys ?? []),
    inherited: inheritedTags(caller),
    sourceIdentity: inheritedIdentity(caller, input.SourceIdentity ?? undefined),
  };
  const role = await permittedRole(call, caller, input, asked);
  const { sourceIdentity } = asked;
  const tags = joinedTags(asked.inherited, asked.passed);
  return openRoleSession(call, role, input, { tags, sourceIdentity });
}

function refuseLongChain({ DurationSeconds: seconds }: Input, caller: Caller): void {
  if (caller.kind !== 'session' || !seconds || seconds <= CHAINED_SECONDS_MAX) return;
  throw new AwsError(
    ValidationError,
    'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
  );
}

/** A source identity, once set, goes along the whole chain. */
function inheritedIdentity(caller: Caller, given: string | undefined): string | undefined {
  const inherited = caller.kind === 'session' ? caller.sourceIdentity : undefined;
  if (inherited !== undefined && given !== undefined && given !== inherited) {
    throw accessDenied('A source identity that is set cannot be changed.');
  }
  return inherited ?? given;
}

interface Asked {
  readonly passed: SessionTags;
  readonly inherited: SessionTags;
  readonly sourceIdentity: string | undefined;
}

/**
 * @throws AccessDenied unless trust policy and caller's policies allow the assumption, and its tags and source
 * identity, those that a chain hands on included
 */
async function permittedRole(call: Call, caller: Caller, input: Input, asked: Asked): Promise<RoleRow> {
  const { installation, tx } = call;
  const { RoleArn: roleArn } = input;
  const role = await usableRole(tx, caller, roleArn);
  const denied = (action: string) =>
    accessDenied(`User: ${caller.arn} is not authorized to perform: ${action} on resource: ${roleArn}`);
  const context = { ...contextOfIdentityTags(role?.tags ?? {}), ...questionContext(input, call, asked) };
  if (!role) {
    // Whose own policies forbid it is told no more, and no less, than of a role that is there.
    const question = { action: 'sts:AssumeRole', resource: roleArn, context };
    const decision = await installation.authorizer.decide(tx, caller, question);
    const isOwn = parseArn(roleArn)?.accountId === caller.accountId;
    throw isOwn && !decision.allowed ? refusal('sts', caller, question, decision.because) : denied('sts:AssumeRole');
  }
  const actions = [
    'sts:AssumeRole',
    ...(hasTags(asked.passed) || hasTags(asked.inherited) ? ['sts:TagSession'] : []),
    ...(asked.sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
  ];
  const resourcePolicy = { document: role.trust_policy, kind: 'trust', accountId: role.account_id } as const;
  for (const action of actions) {
    const question = { action, resource: roleArn, context, resourcePolicy };
    const decision = await installation.authorizer.decide(tx, caller, question);
    if (decision.allowed) continue;
    // To another account, the reason would tell what the role trusts.
    throw role.account_id === caller.accountId ? refusal('sts', caller, question, decision.because) : denied(action);
  }
  return role;
}

/** Of a closed account there are no roles to be had. */
async function usableRole(tx: Tx, caller: Caller, arn: string): Promise<RoleRow | undefined> {
  const role = await findRoleByArn(tx, arn);
  if (!role || role.account_id === caller.accountId) return role;
  return (await findAccount(tx, role.account_id))?.state === 'ACTIVE' ? role : undefined;
}

function questionContext(input: Input, { requestContext }: Call, { passed, sourceIdentity }: Asked): ConditionContext {
  const { ExternalId: externalId, RoleSessionName: name, DurationSeconds: seconds } = input;
  return {
    ...requestContext,
    ...contextOfTags(passed),
    'sts:rolesessionname': [name],
    ...(externalId ? { 'sts:externalid': [externalId] } : {}),
    ...(seconds ? { 'sts:durationseconds': [String(seconds)] } : {}),
    ...(sourceIdentity === undefined ? {} : { 'sts:sourceidentity': [sourceIdentity] }),
  };
}
