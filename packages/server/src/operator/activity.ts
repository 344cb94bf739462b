/**
 * What the operator did by the door, for the record of events: the account that it was about reads it too.
 * Of what was asked nothing but what it was about is told: the rest may be secret.
 */
import { parseArn } from '@holdfast/kernel';
import type { Activity } from '../audit/audit.ts';

/** @param name `POST /vault-key` */
export function activityOf(name: string, body: Readonly<Record<string, unknown>>, answer: object): Activity {
  const vaultArn = textOf(body, 'vaultArn');
  const accountId = textOf(answer, 'accountId') ?? textOf(body, 'accountId') ?? accountIn(vaultArn);
  return {
    service: 'holdfast-operator',
    name: eventName(name),
    eventType: 'AwsApiCall',
    accountId,
    region: (vaultArn === undefined ? undefined : parseArn(vaultArn)?.region) ?? 'us-east-1',
    userIdentity: { type: 'Operator', invokedBy: 'holdfast-operator' },
    sourceIp: 'holdfast-operator',
    userAgent: 'holdfast-operator',
    request: { ...(accountId !== undefined && { accountId }), ...(vaultArn !== undefined && { vaultArn }) },
    ...(vaultArn !== undefined && { resources: [vaultArn] }),
  };
}

/** `PostVaultKey` */
function eventName(name: string): string {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

function accountIn(arn: string | undefined): string | undefined {
  return arn === undefined ? undefined : parseArn(arn)?.accountId;
}

function textOf(members: object, name: string): string | undefined {
  const entry = Object.entries(members).find(([key]) => key === name);
  const value: unknown = entry?.[1];
  return typeof value === 'string' ? value : undefined;
}
