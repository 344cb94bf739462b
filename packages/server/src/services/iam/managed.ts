/** The managed policy that an operation names: the account's own, or one of AWS's. */
import { parseArn } from '@holdfast/kernel';
import { accessDenied } from '@holdfast/wire';
import { managedPolicy } from '../../authorization/managed-policies.ts';
import { findPolicy, holdPolicy, lockPolicy, type PolicyRow } from '../../store/identity-policies.ts';
import type { Call, ReadCall } from '../operation.ts';
import { invalidInput, noSuchPolicy, notAttachable, onlyForServices } from './errors.ts';
import type { AnyPolicy } from './shapes.ts';

/** Policies of other accounts are as good as missing. @throws NoSuchEntity, InvalidInput */
export async function requirePolicy({ db, accountId }: ReadCall, arn: string): Promise<AnyPolicy> {
  const aws = managedPolicy(arn);
  if (aws) return { kind: 'aws', policy: aws };
  const parsed = parseArn(arn);
  if (parsed?.service !== 'iam' || !parsed.resource.startsWith('policy/')) {
    throw invalidInput(`ARN ${arn} is not valid.`);
  }
  const policy = parsed.accountId === accountId ? await findPolicy(db, arn) : undefined;
  if (!policy) throw noSuchPolicy(arn);
  return { kind: 'customer', policy };
}

/**
 * A policy that the account may change; nobody else changes it, or begins to use it, until the transaction ends.
 * @throws NoSuchEntity, InvalidInput, AccessDenied
 */
export async function lockOwnPolicy(call: Call, arn: string): Promise<PolicyRow> {
  const { kind, policy } = await requirePolicy(call, arn);
  if (kind === 'aws') throw accessDenied(`The policy ${arn} is managed by AWS: accounts cannot change it.`);
  const locked = await lockPolicy(call.tx, policy.id);
  if (!locked) throw noSuchPolicy(arn);
  return locked;
}

/**
 * A policy that is about to hang on somebody: it is not deleted meanwhile.
 * @throws NoSuchEntity, PolicyNotAttachable
 */
export async function requireAttachable({ tx, accountId }: Call, arn: string): Promise<void> {
  const aws = managedPolicy(arn);
  if (aws?.path.startsWith('/aws-service-role/')) throw onlyForServices(arn);
  if (aws) return;
  const own = parseArn(arn)?.accountId === accountId ? await holdPolicy(tx, arn) : undefined;
  if (!own) throw notAttachable(arn);
}

/** The boundary of a new user or role, if one is wished for. */
export async function boundaryFor(call: Call, arn: string | null | undefined): Promise<string | null> {
  if (!arn) return null;
  await requireAttachable(call, arn);
  return arn;
}
