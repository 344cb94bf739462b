/**
 * A principal's standing: all that decides what it may do, read in one statement with the access key that signed or the
 * principal's id. It runs with every request, so it is compiled once.
 *
 * Where things are added: policies of more holders in HOLDERS, facts of the principal in STANDING_COLUMNS, what the
 * organization says of its account in account-place.
 *
 * Not here: what the policies allow (authorization/), secrets and sessions as such (identity-keys).
 */
import { CompiledQuery, type Selectable } from 'kysely';
import { PLACE_COLUMNS, type Place, type PlaceRow, placeJoins, placeOf } from './account-place.ts';
import type { Queryable } from './database.ts';
import type { SessionTable, Tags } from './tables/identity.ts';

/**
 * One policy in force: its document, of a managed policy with its ARN; or the ARN of a managed policy that the program
 * itself knows.
 */
export type PolicyInForce = { readonly document: string; readonly arn?: string } | { readonly awsManagedArn: string };

/** Its place is its account's. */
export interface Standing extends Place {
  readonly policies: readonly PolicyInForce[];
  readonly boundary: PolicyInForce | undefined;
  /** Managed policies that a session was narrowed by. An ARN that names nothing any more grants nothing. */
  readonly sessionPolicies: readonly PolicyInForce[];
  readonly tags: Tags;
}

interface Managed {
  readonly arn: string;
  readonly document: string | null;
}

interface StandingRow extends PlaceRow {
  tags: Tags | null;
  inline_policies: readonly string[] | null;
  attached_policies: readonly Managed[] | null;
  /** Of sessions only. */
  session_policies?: readonly Managed[] | null;
  boundary_arn: string | null;
  boundary_document: string | null;
}

/** Documents of managed policies as they are in force; of none that is gone, and of none of AWS's own. */
const documentOf = (arn: string): string => `(
  select version.document from iam_policy policy
    join iam_policy_version version on version.policy_id = policy.id and version.version_id = policy.default_version
    where policy.arn = ${arn})`;

/** Whose policies are in force: the principal's own, and those of the groups that a user is in. */
const HOLDERS = `
  array_append(array(select group_id from iam_group_member where user_id = principal.id), principal.id)`;

const STANDING_COLUMNS = `
  principal.tags, principal.boundary_arn,
  case when principal.boundary_arn is not null then ${documentOf('principal.boundary_arn')} end as boundary_document,
  (select json_agg(document) from iam_inline_policy where principal_id = any (${HOLDERS})) as inline_policies,
  (select json_agg(json_build_object('arn', attachment.policy_arn, 'document', ${documentOf('attachment.policy_arn')}))
    from iam_attachment attachment where attachment.principal_id = any (${HOLDERS})) as attached_policies,
  ${PLACE_COLUMNS}`;

const sessionPolicies = (arns: string): string => `
  (select json_agg(json_build_object('arn', given.arn, 'document', ${documentOf('given.arn')}))
    from jsonb_array_elements_text(${arns}) given (arn)) as session_policies`;

const BY_KEYS = `
  select key.id as access_key_id, key.account_id, key.user_id, key.secret_sealed, principal.name as user_name, principal.path as user_path,
    ${STANDING_COLUMNS}
  from access_key key
    join account on account.id = key.account_id
    left join iam_user principal on principal.id = key.user_id
    ${placeJoins('key.account_id')}
  where key.id = any ($1::text[]) and key.status = 'Active' and account.state = 'ACTIVE'`;

const BY_SESSION_KEYS = `
  select session.access_key_id, session.account_id, session.role_id, session.user_id, session.sign_in_id, session.name, session.secret_sealed,
    session.policies, session.policy_arns, session.tags as session_tags, session.transitive_tag_keys,
    session.source_identity, session.mfa_at, session.federated_provider, session.created_at, session.expires_at,
    principal.name as principal_name, principal.path as principal_path,
    ${sessionPolicies('session.policy_arns')}, ${STANDING_COLUMNS}
  from iam_session session
    join account on account.id = session.account_id
    left join lateral (
      select id, name, path, tags, boundary_arn from iam_role where id = session.role_id
      union all
      select id, name, path, tags, boundary_arn from iam_user where id = session.user_id) principal on true
    ${placeJoins('session.account_id')}
  where session.access_key_id = any ($1::text[]) and account.state = 'ACTIVE'`;

const BY_PRINCIPAL = `
  select principal.account_id, ${sessionPolicies('$2::jsonb')}, ${STANDING_COLUMNS}
  from (
    select id, account_id, boundary_arn, tags from iam_user where id = $1
    union all
    select id, account_id, boundary_arn, tags from iam_role where id = $1) principal
    ${placeJoins('principal.account_id')}`;

/** An active key of an active account, with the user that it belongs to (none: the account's root). */
export interface KeyOwner {
  readonly account_id: string;
  readonly secret_sealed: Buffer;
  readonly user: { readonly id: string; readonly name: string; readonly path: string } | undefined;
  readonly standing: Standing;
}

/** By access key id; those that are nobody's (any more) are left out. */
export async function findKeyOwners(
  db: Queryable,
  accessKeyIds: readonly string[],
): Promise<ReadonlyMap<string, KeyOwner>> {
  const rows = await all<KeyRow>(db, BY_KEYS, accessKeyIds);
  return new Map(rows.map((row) => [row.access_key_id, keyOwnerOf(row)]));
}

function keyOwnerOf(row: KeyRow): KeyOwner {
  const { account_id, secret_sealed, user_id: id, user_name: name, user_path: path } = row;
  const user = id === null || name === null || path === null ? undefined : { id, name, path };
  return { account_id, secret_sealed, user, standing: standingOf(row) };
}

type KeyRow = StandingRow &
  Readonly<Record<'user_id' | 'user_name' | 'user_path', string | null>> & {
    access_key_id: string;
    secret_sealed: Buffer;
  };

type SessionColumns = Pick<
  Selectable<SessionTable>,
  | 'access_key_id'
  | 'account_id'
  | 'role_id'
  | 'user_id'
  | 'sign_in_id'
  | 'name'
  | 'secret_sealed'
  | 'policies'
  | 'policy_arns'
  | 'transitive_tag_keys'
  | 'source_identity'
  | 'mfa_at'
  | 'federated_provider'
  | 'created_at'
  | 'expires_at'
> & {
  readonly session_tags: Tags;
  /** Null: of the account's root. */
  readonly principal_name: string | null;
  readonly principal_path: string | null;
};

/** A session of an active account, expired or not, with the role, user or root that it is of. */
export type SessionOwner = SessionColumns & { readonly standing: Standing };

/** By access key id; those that were never given out are left out. */
export async function findSessions(
  db: Queryable,
  accessKeyIds: readonly string[],
): Promise<ReadonlyMap<string, SessionOwner>> {
  const rows = await all<SessionColumns & StandingRow>(db, BY_SESSION_KEYS, accessKeyIds);
  return new Map(rows.map((row) => [row.access_key_id, { ...row, standing: standingOf(row) }]));
}

/**
 * Of a user or role; of a session of it with the managed policies that narrow it. Undefined: there is none (any more).
 */
export async function standingOfPrincipal(
  db: Queryable,
  id: string,
  sessionPolicyArns: readonly string[] = [],
): Promise<Standing | undefined> {
  const [row] = await all<StandingRow>(db, BY_PRINCIPAL, id, JSON.stringify(sessionPolicyArns));
  return row && standingOf(row);
}

async function all<Row>(
  db: Queryable,
  statement: string,
  ...values: readonly (string | readonly string[])[]
): Promise<readonly Row[]> {
  const { rows } = await db.executeQuery<Row>(CompiledQuery.raw(statement, [...values]));
  return rows;
}

function standingOf(row: StandingRow): Standing {
  const { inline_policies: inline, attached_policies: attached, boundary_arn: arn, boundary_document: document } = row;
  return {
    policies: [...(inline ?? []).map((document) => ({ document })), ...(attached ?? []).map(inForce)],
    boundary: arn === null ? undefined : inForce({ arn, document }),
    sessionPolicies: (row.session_policies ?? []).map(inForce),
    tags: row.tags ?? {},
    ...placeOf(row),
  };
}

function inForce({ arn, document }: Managed): PolicyInForce {
  return document === null ? { awsManagedArn: arn } : { document, arn };
}
