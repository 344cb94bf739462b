/**
 * What a delegation policy may say: which accounts of the organization may call which of the operations that can be
 * delegated. What is stored is what will be understood.
 *
 * Source: organizations spec 8.2; recorded rules B.10.9 to B.10.11.
 */
import { parseArn } from '@holdfast/kernel';
import { problemOfPolicy } from '../../authorization/policy-document.ts';
import type { Queryable } from '../../store/database.ts';
import type { Organization } from '../../store/organizations.ts';
import { membersByIds } from '../../store/organizations-tree.ts';
import { isDelegable } from './delegable-operations.ts';
import { invalidInput } from './errors.ts';

type Members = Readonly<Record<string, unknown>>;

/**
 * The text to store: compact, with a version, account ids as the ARNs of their roots.
 * @throws InvalidInputException
 */
export async function admitResourcePolicy(db: Queryable, organization: Organization, text: string): Promise<string> {
  if (problemOfPolicy(text, 'resource') !== undefined) throw invalidDocument();
  // INVARIANT: it was read without a problem, so its members have the types that the grammar gives them.
  const document = JSON.parse(text) as Members;
  const statements = listOf(document['Statement']) as Members[];
  if (statements.some((statement) => REFUSED.some((name) => name in statement))) throw invalidDocument();
  for (const statement of statements) {
    for (const action of listOf(statement['Action'])) needDelegable(String(action));
    for (const resource of listOf(statement['Resource'])) needOfOrganizations(String(resource));
  }
  await needAccountsOf(db, organization, statements.flatMap(awsPrincipals));
  const stored = statements.map(withRootArns);
  return JSON.stringify({
    ...(document['Version'] === undefined ? { Version: '2008-10-17' } : {}),
    ...document,
    Statement: Array.isArray(document['Statement']) ? stored : stored[0],
  });
}

const REFUSED = ['NotAction', 'NotResource', 'NotPrincipal'];

function invalidDocument(): Error {
  return invalidInput('INVALID_RESOURCE_POLICY_JSON', 'This resource-based policy contains invalid JSON.');
}

function needDelegable(action: string): void {
  if (isDelegable(action)) return;
  throw invalidInput(
    'UNSUPPORTED_ACTION_IN_RESOURCE_POLICY',
    `${action} is not a supported action for this resource-based policy.`,
  );
}

function needOfOrganizations(resource: string): void {
  if (resource === '*' || parseArn(resource)?.service === 'organizations') return;
  throw invalidInput(
    'UNSUPPORTED_RESOURCE_IN_RESOURCE_POLICY',
    `${resource} is not a supported resource for this resource-based policy.`,
  );
}

/** Everybody is `*`; otherwise accounts of this organization, and services. Not users and roles, not other accounts. */
async function needAccountsOf(db: Queryable, organization: Organization, names: readonly string[]): Promise<void> {
  const accountIds = names.filter((name) => name !== '*').map(accountIdOf);
  const wanted = new Set(accountIds);
  const members = await membersByIds(db, organization.id, [...wanted]);
  if (members.length < wanted.size) throw invalidDocument();
}

const ACCOUNT = /^(?:(\d{12})|arn:aws:iam::(\d{12}):root)$/;

function accountIdOf(name: string): string {
  const match = ACCOUNT.exec(name);
  const accountId = match?.[1] ?? match?.[2];
  if (accountId === undefined) throw invalidDocument();
  return accountId;
}

function awsPrincipals({ Principal: principal }: Members): string[] {
  if (typeof principal === 'string') return [];
  return Object.entries(principal as Members).flatMap(([kind, names]) => {
    switch (kind) {
      case 'AWS':
        return listOf(names).map(String);
      case 'Service':
        return [];
      default:
        throw invalidDocument();
    }
  });
}

function withRootArns(statement: Members): Members {
  const { Principal: principal } = statement;
  if (typeof principal === 'string') return statement;
  const { AWS: names } = principal as Members;
  if (names === undefined) return statement;
  const arns = listOf(names).map((name) => rootArnOf(String(name)));
  return { ...statement, Principal: { ...(principal as Members), AWS: Array.isArray(names) ? arns : arns[0] } };
}

function rootArnOf(name: string): string {
  return /^\d{12}$/.test(name) ? `arn:aws:iam::${name}:root` : name;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
