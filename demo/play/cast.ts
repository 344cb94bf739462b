/**
 * Who and what the demo is about: accounts, their place in the organization, their resources, and names that all
 * steps share.
 */

import type { Session, Terminal } from '@holdfast/cli';
import type { Clock, Random } from '@holdfast/kernel';
import type { DemoPostgres } from '../data/demo-postgres.ts';
import type { Story } from './story.ts';

export const HOME_REGION = 'us-east-1';
export const SECOND_REGION = 'eu-central-1';
export const VAULT = 'company-vault';
/** Of copies alone: a copy into the vault that a plan of its region backs up to would be a copy to itself there. */
export const COPY_VAULT = 'company-copies';
export const ROLE = 'DemoBackupRole';
export const PLAN = 'company-backups';
export const RULE = 'daily';
export const TAG = { key: 'backup', value: 'daily' } as const;

export interface Character {
  readonly name: 'shop' | 'payments' | 'sandbox';
  readonly unit: 'Production' | 'Development';
  /** What its plans write to. */
  readonly vaults: readonly VaultPlace[];
}

export interface VaultPlace {
  readonly region: string;
  readonly name: string;
}

const HOME: VaultPlace = { region: HOME_REGION, name: VAULT };
const PRODUCTION: readonly VaultPlace[] = [
  HOME,
  { region: SECOND_REGION, name: VAULT },
  { region: SECOND_REGION, name: COPY_VAULT },
];

export function regionsOf({ vaults }: Pick<Character, 'vaults'>): readonly string[] {
  return [...new Set(vaults.map(({ region }) => region))];
}

export const CAST: readonly Character[] = [
  { name: 'shop', unit: 'Production', vaults: PRODUCTION },
  { name: 'payments', unit: 'Production', vaults: PRODUCTION },
  { name: 'sandbox', unit: 'Development', vaults: [HOME] },
];

/** What a play is given. */
export interface Stage {
  /** Of the management account to be. */
  readonly session: Session;
  readonly terminal: Terminal;
  readonly story: Story;
  readonly clock: Clock;
  readonly random: Random;
  /** Fires when the play is interrupted. */
  readonly signal: AbortSignal;
  /** Where this play keeps its directories and what it restores. */
  readonly folder: string;
  readonly postgres: DemoPostgres;
  /** Told apart by this in e-mail addresses and databases, when a play is repeated. */
  readonly run: number;
  /** Folders whose entries make up the directories. */
  readonly sources: readonly string[];
}

export interface Account extends Character {
  readonly id: string;
  /** Through its OrganizationAccountAccessRole. */
  readonly session: Session;
}

/** Names of an account's two resources. */
export function filesOf({ name }: Character): string {
  return `${name}-files`;
}

export function databaseOf({ name }: Character): string {
  return `${name}-db`;
}

export interface Organization {
  readonly id: string;
  readonly managementAccountId: string;
  readonly rootId: string;
  readonly unitIds: Readonly<Record<Character['unit'], string>>;
  readonly accounts: readonly Account[];
}
