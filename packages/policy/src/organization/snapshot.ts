/**
 * A snapshot of an organization, as the file `holdfast-org.json` holds it: all that effective policies depend on.
 *
 * Plain immutable data. Reading it from text is read-snapshot.ts, its JSON Schema snapshot-schema.ts, which a test
 * holds to these types. Optional lists are unknown when absent and complete when there.
 * Source: organizations spec 1, 3, 4.2.
 */
import type { PolicyType } from '../policy-types.ts';

export const SNAPSHOT_FORMAT = 'holdfast-org';
export const SNAPSHOT_VERSION = 1;

export interface OrganizationSnapshot {
  readonly format: typeof SNAPSHOT_FORMAT;
  readonly version: typeof SNAPSHOT_VERSION;
  /** When and where from it was read; for people. */
  readonly source?: SnapshotSource;
  /** `o-…`. */
  readonly organizationId: string;
  /** Twelve digits. */
  readonly managementAccountId?: string;
  readonly root: SnapshotRoot;
  /** In any order; parents need not come first. */
  readonly organizationalUnits: readonly SnapshotUnit[];
  readonly accounts: readonly SnapshotAccount[];
  readonly policies: readonly SnapshotPolicy[];
  readonly attachments: readonly SnapshotAttachments[];
  /** Of all accounts and Regions. */
  readonly vaults?: readonly SnapshotVault[];
  /** ARNs of the roles of all accounts. */
  readonly roles?: readonly string[];
  readonly resources?: readonly SnapshotResource[];
}

export interface SnapshotSource {
  /** ISO 8601, UTC. */
  readonly readAt?: string;
  readonly endpoint?: string;
  /** What the source could not tell, one sentence each. */
  readonly notes?: readonly string[];
}

/** Of a tag, by key. */
export type Tags = Readonly<Record<string, string>>;

export interface SnapshotRoot {
  /** `r-…`. */
  readonly id: string;
  readonly name?: string;
  /** Those enabled on the root. Absent: every type that an attached policy has. */
  readonly policyTypes?: readonly PolicyType[];
  readonly tags?: Tags;
}

export interface SnapshotUnit {
  /** `ou-…`. */
  readonly id: string;
  readonly name: string;
  /** The root or a unit. */
  readonly parentId: string;
  readonly tags?: Tags;
}

export interface SnapshotAccount {
  /** Twelve digits. */
  readonly id: string;
  readonly name: string;
  readonly parentId: string;
  readonly email?: string;
  /** As AWS names it, such as `ACTIVE`. */
  readonly state?: string;
  readonly tags?: Tags;
}

export interface SnapshotPolicy {
  /** `p-…`. */
  readonly id: string;
  readonly name: string;
  readonly type: PolicyType;
  readonly description?: string;
  readonly awsManaged?: boolean;
  /** The document as stored, to the character: lines and columns of findings count in it. */
  readonly content: string;
  readonly tags?: Tags;
}

/** What is attached to one root, unit or account. */
export interface SnapshotAttachments {
  readonly targetId: string;
  /** Policies of all types; those of one type in the order in which they were attached, as far as `order` says. */
  readonly policyIds: readonly string[];
  /**
   * `attachment`: the order is that of attachment. `unknown`: the source does not tell it, the list is in some order;
   * where two policies of one type assign the same setting, AWS may let the other one win. AWS's API tells no order.
   */
  readonly order: 'attachment' | 'unknown';
}

export interface SnapshotVault {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
  readonly minRetentionDays?: number;
  readonly maxRetentionDays?: number;
}

export interface SnapshotResource {
  readonly arn: string;
  readonly accountId: string;
  readonly region: string;
  readonly tags?: Tags;
}
