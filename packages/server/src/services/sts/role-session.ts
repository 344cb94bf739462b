/**
 * A session of a role, whoever was let in and how: how long it may last, what narrows it, and its credentials.
 *
 * Not here: who may assume the role (each operation asks).
 * Source: the STS API reference (DurationSeconds, Policy, PolicyArns, PackedPolicySize); IAM's "session policies".
 */
import { deflateRawSync } from 'node:zlib';
import {
  type AssumedRoleUser,
  type Credentials,
  MalformedPolicyDocumentException$,
  PackedPolicyTooLargeException$,
  type PolicyDescriptorType,
} from '@aws-sdk/client-sts';
import { type Instant, parseArn, SECOND_MS } from '@holdfast/kernel';
import { AwsError, ValidationError } from '@holdfast/wire';
import { managedPolicy } from '../../authorization/managed-policies.ts';
import { problemOfPolicy } from '../../authorization/policy-document.ts';
import { issueCredentials, type TemporaryCredentials } from '../../authorization/temporary-credentials.ts';
import type { Installation } from '../../installation.ts';
import type { Queryable, Tx } from '../../store/database.ts';
import { sessionArn } from '../../store/identity-ids.ts';
import { findPolicy } from '../../store/identity-policies.ts';
import type { RoleRow } from '../../store/identity-roles.ts';
import type { SessionTags } from './session-tags.ts';

const DEFAULT_SECONDS = 3_600;
const POLICY_CHARS_MAX = 2_048;
const POLICY_ARNS_MAX = 10;
/** Of policies and tags together, packed. AWS's own packing and limit are not published. */
const PACKED_BYTES_MAX = 4_096;

export interface RoleSessionInput {
  readonly RoleSessionName: string;
  readonly DurationSeconds?: number | null | undefined;
  readonly Policy?: string | null | undefined;
  readonly PolicyArns?: readonly PolicyDescriptorType[] | null | undefined;
}

/** The part of a call that is needed. */
export interface Opening {
  readonly tx: Tx;
  readonly installation: Installation;
  readonly now: Instant;
}

/** What whoever asks brings along. */
export interface Brought {
  readonly tags: SessionTags;
  readonly sourceIdentity: string | undefined;
  /** ARN of the identity provider that vouched. */
  readonly federatedProvider?: string;
}

export interface RoleSession {
  readonly Credentials: Credentials;
  readonly AssumedRoleUser: AssumedRoleUser;
  readonly PackedPolicySize?: number;
  readonly SourceIdentity?: string;
}

/** @throws ValidationError, MalformedPolicyDocument, PackedPolicyTooLarge */
export async function openRoleSession(
  { tx, installation, now }: Opening,
  role: RoleRow,
  input: RoleSessionInput,
  { tags, sourceIdentity, federatedProvider }: Brought,
): Promise<RoleSession> {
  const { RoleSessionName: name } = input;
  const seconds = sessionSeconds(input.DurationSeconds ?? undefined, role);
  const policies = input.Policy ? [checkedPolicy(input.Policy)] : [];
  const policyArns = await checkedPolicyArns(tx, role, input.PolicyArns ?? []);
  const packedSize = packedPercent(policies, policyArns, tags);
  const credentials = await issueCredentials(tx, installation, {
    account_id: role.account_id,
    role_id: role.id,
    name,
    policies,
    policy_arns: policyArns,
    tags: tags.tags,
    transitive_tag_keys: tags.transitiveKeys,
    source_identity: sourceIdentity ?? null,
    federated_provider: federatedProvider ?? null,
    created_at: now,
    expires_at: now + seconds * SECOND_MS,
  });
  return {
    Credentials: credentialsShape(credentials),
    AssumedRoleUser: {
      AssumedRoleId: `${role.id}:${name}`,
      Arn: sessionArn(role.account_id, role.name, name),
    },
    ...(packedSize > 0 ? { PackedPolicySize: packedSize } : {}),
    ...(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }),
  };
}

export function credentialsShape(credentials: TemporaryCredentials): Credentials {
  return {
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    SessionToken: credentials.sessionToken,
    Expiration: new Date(credentials.expiresAt),
  };
}

function sessionSeconds(asked: number | undefined, role: RoleRow): number {
  if (asked !== undefined && asked > role.max_session_seconds) {
    throw new AwsError(
      ValidationError,
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  }
  return asked ?? DEFAULT_SECONDS;
}

/** Nothing of what is too long is read. */
function checkedPolicy(document: string): string {
  if (document.length > POLICY_CHARS_MAX) throw tooLong(document.length);
  const problem = problemOfPolicy(document, 'identity');
  if (problem !== undefined) throw new AwsError(MalformedPolicyDocumentException$, problem);
  return document;
}

async function checkedPolicyArns(
  db: Queryable,
  role: RoleRow,
  given: readonly PolicyDescriptorType[],
): Promise<string[]> {
  const arns = given.flatMap(({ arn }) => (arn ? [arn] : []));
  if (arns.length > POLICY_ARNS_MAX) {
    throw new AwsError(ValidationError, `At most ${POLICY_ARNS_MAX} managed policies can be session policies.`);
  }
  for (const arn of arns) {
    const own = parseArn(arn)?.accountId === role.account_id && (await findPolicy(db, arn));
    if (own || managedPolicy(arn)) continue;
    throw new AwsError(
      MalformedPolicyDocumentException$,
      `The policy ${arn} does not exist in the account of the role.`,
    );
  }
  return arns;
}

/** How much of what AWS allows the policies and tags take; 0 without any. */
function packedPercent(policies: readonly string[], policyArns: readonly string[], { tags }: SessionTags): number {
  const chars = policies.join('').length + policyArns.join('').length;
  if (chars > POLICY_CHARS_MAX) throw tooLong(chars);
  const parts = [...policies, ...policyArns, ...Object.entries(tags).flat()];
  if (parts.length === 0) return 0;
  const percent = Math.ceil((deflateRawSync(parts.join('\n')).byteLength / PACKED_BYTES_MAX) * 100);
  if (percent <= 100) return percent;
  throw new AwsError(
    PackedPolicyTooLargeException$,
    `The session policies and tags take ${percent}% of what is allowed, packed.`,
  );
}

function tooLong(chars: number): AwsError {
  return new AwsError(
    PackedPolicyTooLargeException$,
    `The session policies have ${chars} characters; at most ${POLICY_CHARS_MAX} are allowed.`,
  );
}
