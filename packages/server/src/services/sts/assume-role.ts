/**
 * AssumeRole: a role's trust policy and the caller's own policies decide together; a session of the role comes out.
 *
 * A role that does not exist is refused in the same words as one that may not be assumed.
 * Source: IAM's "using temporary credentials", "role chaining" and "session policies"; the STS model for bounds.
 */
import {
  AssumeRole$,
  type AssumeRoleRequest,
  type AssumeRoleResponse,
  MalformedPolicyDocumentException$,
  PackedPolicyTooLargeException$,
  type Tag,
} from '@aws-sdk/client-sts';
import { type Instant, parseArn, type Random, randomText, SECOND_MS } from '@holdfast/kernel';
import { AwsError, accessDenied, type Checked, ValidationError } from '@holdfast/wire';
import type { ConditionContext } from '../../authorization/authorizer.ts';
import { sealableSessionSecret } from '../../authorization/credentials.ts';
import { managedPolicy } from '../../authorization/managed-policies.ts';
import { problemOfPolicy } from '../../authorization/policy-document.ts';
import { newAccessKeyId, newSecretAccessKey, sessionArn } from '../../store/identity-ids.ts';
import { insertSession, sessionContext } from '../../store/identity-keys.ts';
import { findPolicy } from '../../store/identity-policies.ts';
import { findRoleByArn, type RoleRow } from '../../store/identity-roles.ts';
import { refusal } from '../access-denied.ts';
import { type Call, operation } from '../operation.ts';

type Input = Checked<AssumeRoleRequest, 'RoleArn' | 'RoleSessionName'>;

const DEFAULT_SECONDS = 3_600;
const CHAINED_SECONDS_MAX = 3_600;
const POLICY_CHARS_MAX = 2_048;
const POLICY_ARNS_MAX = 10;
const TOKEN_CHARS = 160;
const TOKEN_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export const assumeRole = operation(
  AssumeRole$,
  async (input: Input, call: Call): Promise<AssumeRoleResponse> => {
    const { RoleArn: roleArn, RoleSessionName: name, SourceIdentity: sourceIdentity } = input;
    refuseUnsupported(input);
    const tags = sessionTags(input.Tags ?? []);
    const role = await permittedRole(call, roleArn, input, tags);
    const seconds = sessionSeconds(input.DurationSeconds ?? undefined, role, call);
    const policies = input.Policy ? [checkedPolicy(input.Policy)] : [];
    const policyArns = await checkedPolicyArns(call, role, input);
    const packed = policies.join('').length + policyArns.join('').length;
    if (packed > POLICY_CHARS_MAX) {
      throw new AwsError(
        PackedPolicyTooLargeException$,
        `The session policies have ${packed} characters; at most ${POLICY_CHARS_MAX} are allowed.`,
      );
    }
    const session = newSession(call.installation.random, call.now + seconds * SECOND_MS);
    await insertSession(call.tx, {
      access_key_id: session.accessKeyId,
      account_id: role.account_id,
      role_id: role.id,
      name,
      secret_sealed: call.installation.sealer.seal(sealableSessionSecret(session), sessionContext(session.accessKeyId)),
      policies,
      policy_arns: policyArns,
      tags,
      source_identity: inheritedIdentity(call, sourceIdentity ?? undefined) ?? null,
      created_at: call.now,
      expires_at: session.expiresAt,
    });
    return answer(role, name, session, packed, sourceIdentity ?? undefined);
  },
  // The handler asks: the role's trust policy is part of the question.
  () => ({ resources: [] }),
);

/** Better refused than ignored. */
function refuseUnsupported(input: Input): void {
  const unsupported = (
    [
      ['SerialNumber', input.SerialNumber],
      ['TokenCode', input.TokenCode],
      ['ProvidedContexts', input.ProvidedContexts?.length],
      ['TransitiveTagKeys', input.TransitiveTagKeys?.length],
    ] as const
  ).find(([, value]) => value);
  if (unsupported) throw new AwsError(ValidationError, `${unsupported[0]} is not supported here yet.`);
}

function sessionTags(tags: readonly Checked<Tag>[]): Readonly<Record<string, string>> {
  const keys = tags.map(({ Key: key }) => key.toLowerCase());
  if (new Set(keys).size < keys.length) {
    throw new AwsError(ValidationError, 'Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  }
  return Object.fromEntries(tags.map(({ Key: key, Value: value }): [string, string] => [key, value]));
}

/**
 * @throws AccessDenied unless trust policy and caller's policies allow the assumption, its tags and its source identity
 */
async function permittedRole(
  call: Call,
  roleArn: string,
  input: Input,
  tags: Readonly<Record<string, string>>,
): Promise<RoleRow> {
  const { caller, installation } = call;
  if (caller.kind === 'root') throw accessDenied('Roles may not be assumed by root accounts.');
  const role = await findRoleByArn(call.tx, roleArn);
  const denied = (action: string) =>
    accessDenied(`User: ${caller.arn} is not authorized to perform: ${action} on resource: ${roleArn}`);
  if (!role) throw denied('sts:AssumeRole');
  const context = questionContext(input, call);
  const actions = [
    'sts:AssumeRole',
    ...(Object.keys(tags).length > 0 ? ['sts:TagSession'] : []),
    ...(input.SourceIdentity ? ['sts:SetSourceIdentity'] : []),
  ];
  const resourcePolicy = { document: role.trust_policy, kind: 'trust', accountId: role.account_id } as const;
  for (const action of actions) {
    const question = { action, resource: roleArn, context, resourcePolicy };
    const decision = await installation.authorizer.decide(call.tx, caller, question);
    if (decision.allowed) continue;
    // To another account, the reason would tell what the role trusts.
    throw role.account_id === caller.accountId ? refusal('sts', caller, question, decision.because) : denied(action);
  }
  return role;
}

function questionContext(input: Input, { requestContext }: Call): ConditionContext {
  const { ExternalId: externalId, RoleSessionName: name, SourceIdentity: sourceIdentity } = input;
  return {
    ...requestContext,
    'sts:rolesessionname': [name],
    ...(externalId ? { 'sts:externalid': [externalId] } : {}),
    ...(sourceIdentity ? { 'sts:sourceidentity': [sourceIdentity] } : {}),
  };
}

function sessionSeconds(asked: number | undefined, role: RoleRow, { caller }: Call): number {
  if (asked !== undefined && asked > role.max_session_seconds) {
    throw new AwsError(
      ValidationError,
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  }
  const chained = caller.kind === 'session';
  if (chained && asked !== undefined && asked > CHAINED_SECONDS_MAX) {
    throw new AwsError(
      ValidationError,
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  }
  return asked ?? DEFAULT_SECONDS;
}

function checkedPolicy(document: string): string {
  const problem = problemOfPolicy(document, 'identity');
  if (problem !== undefined) throw new AwsError(MalformedPolicyDocumentException$, problem);
  return document;
}

async function checkedPolicyArns(call: Call, role: RoleRow, { PolicyArns: given }: Input): Promise<string[]> {
  const arns = (given ?? []).flatMap(({ arn }) => (arn ? [arn] : []));
  if (arns.length > POLICY_ARNS_MAX) {
    throw new AwsError(ValidationError, `At most ${POLICY_ARNS_MAX} managed policies can be session policies.`);
  }
  for (const arn of arns) {
    const own = parseArn(arn)?.accountId === role.account_id && (await findPolicy(call.tx, arn));
    if (own || managedPolicy(arn)) continue;
    throw new AwsError(
      MalformedPolicyDocumentException$,
      `The policy ${arn} does not exist in the account of the role.`,
    );
  }
  return arns;
}

/** A source identity, once set, goes along the whole chain. */
function inheritedIdentity({ caller }: Call, given: string | undefined): string | undefined {
  const inherited = caller.kind === 'session' ? caller.sourceIdentity : undefined;
  if (inherited !== undefined && given !== undefined && given !== inherited) {
    throw accessDenied('A source identity that is set cannot be changed.');
  }
  return inherited ?? given;
}

interface NewSession {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAt: Instant;
}

function newSession(random: Random, expiresAt: Instant): NewSession {
  return {
    accessKeyId: newAccessKeyId(random, 'ASIA'),
    secretAccessKey: newSecretAccessKey(random),
    sessionToken: randomText(random, TOKEN_CHARS, TOKEN_ALPHABET),
    expiresAt,
  };
}

function answer(
  role: RoleRow,
  sessionName: string,
  session: NewSession,
  packed: number,
  sourceIdentity: string | undefined,
): AssumeRoleResponse {
  return {
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      SessionToken: session.sessionToken,
      Expiration: new Date(session.expiresAt),
    },
    AssumedRoleUser: {
      AssumedRoleId: `${role.id}:${sessionName}`,
      Arn: sessionArn(role.account_id, role.name, sessionName),
    },
    ...(packed > 0 ? { PackedPolicySize: Math.ceil((packed / POLICY_CHARS_MAX) * 100) } : {}),
    ...(sourceIdentity ? { SourceIdentity: sourceIdentity } : {}),
  };
}
