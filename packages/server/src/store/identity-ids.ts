/**
 * Unique ids and ARNs of identities. Source: IAM's "unique identifiers": a four-letter kind and base-32 text; never
 * reused.
 */
import { formatArn, type Random, randomText } from '@holdfast/kernel';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const SECRET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const PRINCIPAL_ID_CHARS = 17;
const ACCESS_KEY_ID_CHARS = 16;
const SECRET_CHARS = 40;

export type IdKind = 'AIDA' | 'AROA' | 'AGPA' | 'ANPA';

export function newUniqueId(random: Random, kind: IdKind): string {
  return kind + randomText(random, PRINCIPAL_ID_CHARS, BASE32);
}

/** AKIA: a user's or root's key; ASIA: a session's. */
export function newAccessKeyId(random: Random, kind: 'AKIA' | 'ASIA'): string {
  return kind + randomText(random, ACCESS_KEY_ID_CHARS, BASE32);
}

export function newSecretAccessKey(random: Random): string {
  return randomText(random, SECRET_CHARS, SECRET);
}

interface Named {
  readonly account_id: string;
  readonly path: string;
  readonly name: string;
}

export const userArn = (user: Named): string => iamArn(user.account_id, `user${user.path}${user.name}`);
export const roleArn = (role: Named): string => iamArn(role.account_id, `role${role.path}${role.name}`);
export const groupArn = (group: Named): string => iamArn(group.account_id, `group${group.path}${group.name}`);
export const policyArn = (policy: Named): string => iamArn(policy.account_id, `policy${policy.path}${policy.name}`);
export const mfaDeviceArn = (device: Named): string => iamArn(device.account_id, `mfa${device.path}${device.name}`);
export const rootArn = (accountId: string): string => iamArn(accountId, 'root');

/** The ARN of a session leaves the role's path out. */
export function sessionArn(accountId: string, roleName: string, sessionName: string): string {
  return formatArn({ service: 'sts', region: '', accountId, resource: `assumed-role/${roleName}/${sessionName}` });
}

function iamArn(accountId: string, resource: string): string {
  return formatArn({ service: 'iam', region: '', accountId, resource });
}
