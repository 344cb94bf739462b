/** The whole schema as kysely sees it. Each service's tables stand in a file of their own beside this one. */
import type { AccountTables } from './account.ts';
import type { AuditTables } from './audit.ts';
import type { BackupTables } from './backup.ts';
import type { IdentityTables } from './identity.ts';
import type { JobTables } from './jobs.ts';
import type { OrganizationsTables } from './organizations.ts';
import type { OrganizationsWholeTables } from './organizations-whole.ts';
import type { ResourceTables } from './resource.ts';
import type { SignInTables } from './sign-in.ts';

export interface Tables
  extends AccountTables,
    AuditTables,
    IdentityTables,
    OrganizationsTables,
    OrganizationsWholeTables,
    BackupTables,
    JobTables,
    ResourceTables,
    SignInTables {}
