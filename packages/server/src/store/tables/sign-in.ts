/** Rows of migration 0008. */
import type { Tags } from './identity.ts';

export interface LoginProfileTable {
  principal_id: string;
  account_id: string;
  user_id: string | null;
  password_hash: string;
  reset_required: boolean;
  created_at: number;
}

export interface MfaDeviceTable {
  serial_number: string;
  account_id: string;
  name: string;
  path: string;
  seed_sealed: Buffer;
  tags: Tags;
  created_at: number;
  principal_id: string | null;
  user_id: string | null;
  enabled_at: number | null;
  drift_steps: number;
  last_step: number | null;
}

export interface SignInSessionTable {
  id: string;
  token_hash: Buffer;
  account_id: string;
  principal_id: string;
  user_id: string | null;
  mfa_at: number | null;
  created_at: number;
  last_used_at: number;
}

export interface SignInFailureTable {
  subject: Buffer;
  failures: number;
  last_at: number;
  locked_until: number | null;
}

export interface SignInTables {
  login_profile: LoginProfileTable;
  mfa_device: MfaDeviceTable;
  sign_in_session: SignInSessionTable;
  sign_in_failure: SignInFailureTable;
}
