/**
 * What the backup operations tell the authorizer: the ARN they act on, its tags, and the tags that a request brings.
 * Source: backup spec 14.1, 14.2.
 */
import type { ConditionContext } from '../../authorization/authorizer.ts';
import { planArn, vaultArn } from '../../plans/arns.ts';
import { tagsOf } from '../../store/backup-tags.ts';
import type { Authorization, ReadCall } from '../operation.ts';

type Tags = Readonly<Record<string, string | undefined>>;

/** The caller must be allowed to act on `arnOf`; the thing's tags are part of the question. */
function onResource<Input>(
  arnOf: (input: Input, call: ReadCall) => string,
  requestTags: (input: Input) => Tags = () => ({}),
): Authorization<Input> {
  return (input, call) => {
    const arn = arnOf(input, call);
    return {
      resources: [arn],
      conditions: requestTagContext(requestTags(input)),
      tags: async () => resourceTagContext(await tagsOf(call.db, arn)),
    };
  };
}

export function onVault<Input extends { readonly BackupVaultName: string }>(
  requestTags?: (input: Input) => Tags,
): Authorization<Input> {
  return onResource((input, call) => vaultArn(call.region, call.accountId, input.BackupVaultName), requestTags);
}

export function onPlan<Input extends { readonly BackupPlanId: string }>(): Authorization<Input> {
  return onResource((input, call) => planArn(call.region, call.accountId, input.BackupPlanId));
}

export function onRecoveryPoint<Input extends { readonly RecoveryPointArn: string }>(): Authorization<Input> {
  return onResource((input) => input.RecoveryPointArn);
}

export function onArn<Input extends { readonly ResourceArn: string }>(
  requestTags?: (input: Input) => Tags,
): Authorization<Input> {
  return onResource((input) => input.ResourceArn, requestTags);
}

/** For operations without a resource that bring tags. */
export function withTags<Input>(requestTags: (input: Input) => Tags): Authorization<Input> {
  return (input) => ({ resources: ['*'], conditions: requestTagContext(requestTags(input)) });
}

function resourceTagContext(tags: Tags): ConditionContext {
  return Object.fromEntries(
    Object.entries(tags).map(([key, value]) => [`aws:resourcetag/${key.toLowerCase()}`, [value ?? '']]),
  );
}

function requestTagContext(tags: Tags): ConditionContext {
  const keys = Object.keys(tags);
  if (keys.length === 0) return {};
  return {
    'aws:tagkeys': keys,
    ...Object.fromEntries(keys.map((key) => [`aws:requesttag/${key.toLowerCase()}`, [tags[key] ?? '']])),
  };
}

/** Who uses the roles that callers name. */
export const SERVICE_PRINCIPAL = 'backup.amazonaws.com';
