/** Rows of migration 0005. */
export interface ResourceTable {
  arn: string;
  account_id: string;
  region: string;
  type_name: string;
  resource_type: string;
  identifier: string;
  name: string | null;
  properties: Record<string, unknown>;
  secrets_sealed: Buffer | null;
  tags: Record<string, string>;
  created_at: number;
  updated_at: number;
}

export interface ResourceRequestTable {
  token: string;
  account_id: string;
  region: string;
  operation: 'CREATE' | 'UPDATE' | 'DELETE';
  status: 'SUCCESS' | 'FAILED';
  error_code: string | null;
  status_message: string | null;
  type_name: string;
  identifier: string | null;
  client_token: string | null;
  request_hash: string | null;
  created_at: number;
}

export interface ResourceTables {
  resource: ResourceTable;
  resource_request: ResourceRequestTable;
}
