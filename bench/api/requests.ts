/** What is asked of the API, and how many answers a measurement takes. */
import type { Request } from './signed-request.ts';

export interface Case {
  readonly name: string;
  /** The n-th request of a round. Reads are the same each time, and each answered anew: the server remembers none. */
  request(n: number): Request;
  /** Each request makes something: it is signed by itself, and what it made is removed after the round. */
  readonly writes?: boolean;
}

const POLICY = JSON.stringify({ plans: { bench: { regions: { '@@assign': ['us-east-1'] } } } });

export function casesOf(policyId: string, accountId: string): readonly Case[] {
  return [
    { name: 'GetCallerIdentity', request: () => query('sts', 'Action=GetCallerIdentity&Version=2011-06-15') },
    // A page of twenty of the thousand accounts, as a client gets that names no size.
    { name: 'ListAccounts', request: () => organizations('ListAccounts', {}) },
    { name: 'DescribePolicy', request: () => organizations('DescribePolicy', { PolicyId: policyId }) },
    {
      name: 'DescribeEffectivePolicy',
      request: () => organizations('DescribeEffectivePolicy', { PolicyType: 'BACKUP_POLICY', TargetId: accountId }),
    },
    { name: 'ListBackupPlans', request: () => rest('backup', '/backup/plans') },
    {
      name: 'CreatePolicy',
      writes: true,
      request: (n) =>
        organizations('CreatePolicy', {
          Name: `bench-${n}`,
          Description: '',
          Type: 'BACKUP_POLICY',
          Content: POLICY,
        }),
    },
  ];
}

/** What removes what the writes made, between rounds and beside the clock. */
export const REMOVE_WRITTEN = "delete from organization_policy where name like 'bench-%'";

export function organizations(operation: string, input: object): Request {
  return {
    service: 'organizations',
    method: 'POST',
    path: '/',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSOrganizationsV20161128.${operation}`,
    },
    body: JSON.stringify(input),
  };
}

function query(service: string, body: string): Request {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return { service, method: 'POST', path: '/', headers, body };
}

function rest(service: string, path: string): Request {
  return { service, method: 'GET', path, headers: {}, body: '' };
}
