/** Rows of migrations 0002 and 0007. */
import type { ColumnType, Generated } from 'kysely';

export type Tags = Readonly<Record<string, string>>;

/** An array in a jsonb column: written as JSON text, since the driver takes arrays for PostgreSQL's own. */
type JsonArray<T> = ColumnType<readonly T[], string, string>;

export interface UserTable {
  id: string;
  account_id: string;
  name: string;
  path: string;
  boundary_arn: string | null;
  tags: Tags;
  created_at: number;
}

export interface RoleTable {
  id: string;
  account_id: string;
  name: string;
  path: string;
  description: string | null;
  trust_policy: string;
  max_session_seconds: number;
  boundary_arn: string | null;
  tags: Tags;
  linked_service: string | null;
  created_at: number;
  last_used_at: Generated<number | null>;
  last_used_region: Generated<string | null>;
}

export interface GroupTable {
  id: string;
  account_id: string;
  name: string;
  path: string;
  created_at: number;
}

export interface GroupMemberTable {
  user_id: string;
  group_id: string;
}

export interface PolicyTable {
  id: string;
  arn: string;
  account_id: string;
  name: string;
  path: string;
  description: string | null;
  default_version: string;
  tags: Tags;
  created_at: number;
  updated_at: number;
  last_version: Generated<number>;
}

export interface PolicyVersionTable {
  policy_id: string;
  version_id: string;
  document: string;
  created_at: number;
}

export interface AttachmentTable {
  principal_id: string;
  policy_arn: string;
  account_id: string;
  position: Generated<number>;
}

export interface InlinePolicyTable {
  principal_id: string;
  name: string;
  document: string;
}

export interface AccessKeyTable {
  id: string;
  account_id: string;
  user_id: string | null;
  secret_sealed: Buffer;
  status: 'Active' | 'Inactive';
  created_at: number;
  last_used_at: number | null;
  last_used_service: string | null;
  last_used_region: string | null;
}

export interface SessionTable {
  access_key_id: string;
  account_id: string;
  role_id: string | null;
  user_id: string | null;
  sign_in_id: string | null;
  name: string;
  secret_sealed: Buffer;
  policies: JsonArray<string>;
  policy_arns: JsonArray<string>;
  tags: Tags;
  transitive_tag_keys: JsonArray<string>;
  source_identity: string | null;
  mfa_at: number | null;
  federated_provider: string | null;
  created_at: number;
  expires_at: number;
}

export interface AccountAliasTable {
  account_id: string;
  alias: string;
}

/** Why a service-linked role was not deleted. */
export interface RoleDeletionFailure {
  readonly reason: string;
  readonly usages: readonly { readonly region: string; readonly resources: readonly string[] }[];
}

export interface RoleDeletionTable {
  id: string;
  account_id: string;
  /** Null: the role was deleted. */
  failure: ColumnType<RoleDeletionFailure | null, string | null, never>;
  created_at: number;
}

export interface MasterKeyCheckTable {
  one: Generated<boolean>;
  sealed: Buffer;
}

export interface IdentityTables {
  iam_user: UserTable;
  iam_role: RoleTable;
  iam_group: GroupTable;
  iam_group_member: GroupMemberTable;
  iam_policy: PolicyTable;
  iam_policy_version: PolicyVersionTable;
  iam_attachment: AttachmentTable;
  iam_inline_policy: InlinePolicyTable;
  access_key: AccessKeyTable;
  iam_session: SessionTable;
  iam_role_deletion: RoleDeletionTable;
  account_alias: AccountAliasTable;
  master_key_check: MasterKeyCheckTable;
}
