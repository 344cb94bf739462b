/**
 * ARNs of vaults and plans. Source: backup spec 1.1.
 */
import { type Arn, formatArn, parseArn } from '@holdfast/kernel';

export function vaultArn(region: string, accountId: string, name: string): string {
  return formatArn({ service: 'backup', region, accountId, resource: `backup-vault:${name}` });
}

export function planArn(region: string, accountId: string, planId: string): string {
  return formatArn({ service: 'backup', region, accountId, resource: `backup-plan:${planId}` });
}

/** There is one partition here: an ARN of another one names nothing, and no policy that was written here matches it. */
function isOfBackup(arn: Arn | undefined): arn is Arn {
  return arn?.partition === 'aws' && arn.service === 'backup';
}

export interface VaultName {
  readonly region: string;
  readonly accountId: string;
  readonly name: string;
}

const VAULT_RESOURCE = 'backup-vault:';
const PLAN_RESOURCE = 'backup-plan:';

export function parseVaultArn(text: string): VaultName | undefined {
  const arn = parseArn(text);
  if (!isOfBackup(arn) || !arn.resource.startsWith(VAULT_RESOURCE)) return undefined;
  const name = arn.resource.slice(VAULT_RESOURCE.length);
  if (name === '' || !/^\d{12}$/.test(arn.accountId) || arn.region === '') return undefined;
  return { region: arn.region, accountId: arn.accountId, name };
}

export function parsePlanArn(
  text: string,
): { readonly region: string; readonly accountId: string; readonly planId: string } | undefined {
  const arn = parseArn(text);
  if (!isOfBackup(arn) || !arn.resource.startsWith(PLAN_RESOURCE)) return undefined;
  return { region: arn.region, accountId: arn.accountId, planId: arn.resource.slice(PLAN_RESOURCE.length) };
}
