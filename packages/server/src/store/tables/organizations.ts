/** Rows of migration 0003. */
import type { PolicyType } from '@holdfast/policy';
import type { Generated, GeneratedAlways } from 'kysely';

export interface OrganizationTable {
  id: string;
  management_account_id: string;
  root_id: string;
  feature_set: 'ALL' | 'CONSOLIDATED_BILLING';
  created_at: number;
}

export interface OrganizationNodeTable {
  id: string;
  organization_id: string;
  parent_id: string | null;
  name: string;
  path: string;
  depth: number;
  created_at: number;
}

export interface OrganizationMemberTable {
  account_id: string;
  organization_id: string;
  parent_id: string;
  path: string;
  joined_method: 'INVITED' | 'CREATED';
  joined_at: number;
}

export type CreateAccountFailure =
  | 'ACCOUNT_LIMIT_EXCEEDED'
  | 'EMAIL_ALREADY_EXISTS'
  | 'INTERNAL_FAILURE'
  | 'INVALID_EMAIL';

export interface CreateAccountRequestTable {
  id: string;
  organization_id: string;
  account_name: string;
  email: string;
  role_name: string;
  /** JSON of `StoredTag[]`. */
  tags: unknown;
  state: 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED';
  requested_at: number;
  failed_attempts: Generated<number>;
  completed_at: number | null;
  account_id: string | null;
  failure_reason: CreateAccountFailure | null;
}

export interface OrganizationPolicyTypeTable {
  organization_id: string;
  type: PolicyType;
  enabled_at: number;
  enablement: GeneratedAlways<number>;
}

export interface OrganizationPolicyTable {
  id: string;
  organization_id: string | null;
  type: PolicyType;
  name: string;
  description: string;
  content: string;
  revision: Generated<number>;
  created_at: number;
}

export interface PolicyAttachmentTable {
  target_id: string;
  policy_id: string;
  organization_id: string;
  type: PolicyType;
  position: GeneratedAlways<number>;
}

export interface OrganizationTagTable {
  resource_id: string;
  organization_id: string;
  key: string;
  value: string;
}

export interface OrganizationServiceAccessTable {
  organization_id: string;
  service_principal: string;
  enabled_at: number;
}

export interface DelegatedAdministratorTable {
  account_id: string;
  service_principal: string;
  organization_id: string;
  enabled_at: number;
}

export interface EffectivePolicyChangeTable {
  id: GeneratedAlways<number>;
  organization_id: string;
  type: PolicyType;
  path: string;
  changed_at: number;
  due_at: number;
}

export interface EffectivePolicyProgressTable {
  organization_id: string;
  type: PolicyType;
  changed_at: number | null;
  published_at: number | null;
}

export interface EffectivePolicyWorkTable {
  account_id: string;
  type: PolicyType;
  organization_id: string;
  requested_at: number;
}

export interface EffectiveDocumentTable {
  digest: Buffer;
  type: PolicyType;
  content: string;
  used_at: number;
}

export interface EffectivePolicyTable {
  account_id: string;
  type: PolicyType;
  organization_id: string;
  document_digest: Buffer;
  contributors: string[];
  /** JSON of `EvaluationError[]`. */
  errors: unknown;
  path: string;
  evaluated_at: number;
  updated_at: number;
  enablement: number;
}

export interface PlanReconcileWorkTable {
  account_id: string;
  requested_at: number;
}

export interface OrganizationsTables {
  organization: OrganizationTable;
  organization_node: OrganizationNodeTable;
  organization_member: OrganizationMemberTable;
  create_account_request: CreateAccountRequestTable;
  organization_policy_type: OrganizationPolicyTypeTable;
  organization_policy: OrganizationPolicyTable;
  policy_attachment: PolicyAttachmentTable;
  organization_tag: OrganizationTagTable;
  organization_service_access: OrganizationServiceAccessTable;
  delegated_administrator: DelegatedAdministratorTable;
  effective_policy_change: EffectivePolicyChangeTable;
  effective_policy_progress: EffectivePolicyProgressTable;
  effective_policy_work: EffectivePolicyWorkTable;
  effective_document: EffectiveDocumentTable;
  effective_policy: EffectivePolicyTable;
  plan_reconcile_work: PlanReconcileWorkTable;
}
