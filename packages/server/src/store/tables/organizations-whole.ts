/** Rows of migration 0006. */

export interface OrganizationResourcePolicyTable {
  organization_id: string;
  id: string;
  content: string;
  created_at: number;
}

export interface AccountClosureTable {
  account_id: string;
  organization_id: string;
  requested_at: number;
  closed_at: number | null;
}

export interface HandshakeTable {
  id: string;
  action: 'INVITE' | 'ENABLE_ALL_FEATURES' | 'APPROVE_ALL_FEATURES' | 'ADD_ORGANIZATIONS_SERVICE_LINKED_ROLE';
  state: 'REQUESTED' | 'OPEN' | 'CANCELED' | 'ACCEPTED' | 'DECLINED';
  organization_id: string;
  management_account_id: string;
  account_id: string | null;
  email: string | null;
  parent_id: string | null;
  /** JSON of `HandshakeFact[]`. */
  resources: unknown;
  /** JSON of `Tag[]`. */
  tags: unknown;
  requested_at: number;
  expires_at: number;
  ended_at: number | null;
}

export interface OrganizationsWholeTables {
  organization_resource_policy: OrganizationResourcePolicyTable;
  account_closure: AccountClosureTable;
  handshake: HandshakeTable;
}
