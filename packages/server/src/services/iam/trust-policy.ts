/**
 * Trust policies as they are kept and as they are shown.
 *
 * A user or role named in one is kept by its unique id: somebody who is made later under the same name is not trusted.
 * What is shown has the ARN again, or the bare id once the user or role is gone. Principals that do not exist are
 * refused. Source: IAM's "policy elements: Principal" (transformation to unique ids).
 */
import { parseArn } from '@holdfast/kernel';
import { findAccount } from '../../store/account.ts';
import type { Queryable } from '../../store/database.ts';
import { userArn } from '../../store/identity-ids.ts';
import { arnsOfPrincipals } from '../../store/identity-principals.ts';
import { findRole, findRoleByArn } from '../../store/identity-roles.ts';
import { findUser } from '../../store/identity-users.ts';
import { malformedPolicy, quotaExceeded } from './errors.ts';
import { checkDocument } from './policies.ts';
import { policyChars, TRUST_POLICY_CHARS } from './quotas.ts';

const UNIQUE_ID = /^A(?:IDA|ROA)[A-Z2-7]{17}$/;
const UNIQUE_IDS = /\bA(?:IDA|ROA)[A-Z2-7]{17}\b/g;

/** What is stored. @throws MalformedPolicyDocument, LimitExceeded */
export async function trustToKeep(db: Queryable, document: string): Promise<string> {
  checkDocument(document, 'trust');
  if (policyChars(document) > TRUST_POLICY_CHARS) throw quotaExceeded('ACLSizePerRole', TRUST_POLICY_CHARS);
  return mapPrincipals(document, async (name) => {
    const kept = await keptName(db, name);
    if (kept === undefined) throw malformedPolicy(`Invalid principal in policy: "AWS":"${name}"`);
    return kept;
  });
}

/** What is shown. */
export async function trustToShow(db: Queryable, document: string): Promise<string> {
  const shown = await trustsToShow(db, [{ id: '', trust_policy: document }]);
  return shown.get('') ?? document;
}

/** Of many roles, by their ids, with one look at whom they trust. */
export async function trustsToShow(
  db: Queryable,
  roles: readonly { readonly id: string; readonly trust_policy: string }[],
): Promise<ReadonlyMap<string, string>> {
  const ids = roles.flatMap(({ trust_policy: document }) => document.match(UNIQUE_IDS) ?? []);
  const arns = await arnsOfPrincipals(db, ids);
  const shown = new Map<string, string>();
  for (const { id, trust_policy: document } of roles) {
    shown.set(id, await mapPrincipals(document, async (name) => arns.get(name) ?? name));
  }
  return shown;
}

/** Undefined: nobody has this name. */
async function keptName(db: Queryable, name: string): Promise<string | undefined> {
  if (name === '*') return name;
  if (UNIQUE_ID.test(name)) return (await arnsOfPrincipals(db, [name])).has(name) ? name : undefined;
  if (/^\d{12}$/.test(name)) return (await findAccount(db, name)) && name;
  const arn = parseArn(name);
  if (!arn) return undefined;
  if (arn.resource === 'root') return (await findAccount(db, arn.accountId)) && name;
  if (arn.service === 'sts') {
    const [, roleName = ''] = arn.resource.split('/');
    return (await findRole(db, arn.accountId, roleName)) && name;
  }
  if (arn.resource.startsWith('role/')) return (await findRoleByArn(db, name))?.id;
  const user = await findUser(db, arn.accountId, arn.resource.slice(arn.resource.lastIndexOf('/') + 1));
  return user && userArn(user) === name ? user.id : undefined;
}

type Members = Readonly<Record<string, unknown>>;

/** The document with every `AWS` principal replaced; the same text when none changes. */
async function mapPrincipals(document: string, change: (name: string) => Promise<string>): Promise<string> {
  // Checked before it was stored, or just now: an object with statements.
  const policy = JSON.parse(document) as Members;
  const given: unknown = policy['Statement'];
  const statements = (Array.isArray(given) ? given : [given]) as Members[];
  let changed = false;
  const mapName = async (name: string): Promise<string> => {
    const other = await change(name);
    changed ||= other !== name;
    return other;
  };
  const mapped = await inTurn(statements, async (statement) => {
    const result: Record<string, unknown> = { ...statement };
    for (const element of ['Principal', 'NotPrincipal']) {
      const value = result[element];
      if (typeof value !== 'object' || value === null || !('AWS' in value)) continue;
      const names = value.AWS as string | string[];
      result[element] = { ...value, AWS: Array.isArray(names) ? await inTurn(names, mapName) : await mapName(names) };
    }
    return result;
  });
  return changed ? JSON.stringify({ ...policy, Statement: Array.isArray(given) ? mapped : mapped[0] }) : document;
}

/** One after the other: they share a connection. */
async function inTurn<From, To>(items: readonly From[], map: (item: From) => Promise<To>): Promise<To[]> {
  const mapped: To[] = [];
  for (const item of items) mapped.push(await map(item));
  return mapped;
}
