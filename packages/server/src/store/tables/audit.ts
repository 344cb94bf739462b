/** Rows of migration 0009. */
import type { Generated } from 'kysely';

export interface AuditRecordTable {
  event_at: number;
  id: string;
  account_id: string | null;
  region: string;
  event_source: string;
  event_name: string;
  read_only: boolean;
  username: string | null;
  access_key_id: string | null;
  resource_types: string[] | null;
  resource_names: string[] | null;
  record: string;
  mac: Buffer;
}

export interface AuditPendingTable {
  position: Generated<number>;
  event_at: number;
  id: string;
  mac: Buffer;
}

export interface AuditSealTable {
  number: number;
  day: string;
  first_sequence: number;
  record_count: number;
  entries: Buffer;
  head: Buffer;
}

export interface AuditDayTable {
  day: string;
  number: number;
  record_count: number;
  head: Buffer;
  aged_out_at: number;
  mac: Buffer;
}

export interface AuditFactTable {
  id: Generated<number>;
  kind: string;
  content: unknown;
}

export interface AuditTables {
  audit_record: AuditRecordTable;
  audit_pending: AuditPendingTable;
  audit_seal: AuditSealTable;
  audit_day: AuditDayTable;
  audit_fact: AuditFactTable;
}
