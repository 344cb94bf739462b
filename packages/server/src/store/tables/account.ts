/** Rows of migration 0001. */
export interface AccountTable {
  id: string;
  name: string;
  email: string;
  state: 'PENDING_ACTIVATION' | 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE' | 'CLOSED';
  created_at: number;
}

export interface AccountTables {
  account: AccountTable;
}
