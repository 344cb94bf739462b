/**
 * What every operation and background room is handed: the installation's clock, randomness, database, secrets and
 * settings. Built once, in main.ts (and by the tests' own server).
 */
import type { Connector } from '@holdfast/connector-kit';
import type { Clock, Logger, Random } from '@holdfast/kernel';
import type { Audit } from './audit/audit.ts';
import type { Authorizer } from './authorization/authorizer.ts';
import type { Wake } from './background.ts';
import type { IdentityProviders } from './federation/identity-providers.ts';
import type { Sealer } from './secrets/sealer.ts';
import type { Settings } from './settings.ts';
import type { Passwords } from './sign-in/passwords.ts';
import type { Database } from './store/database.ts';
import type { Repositories } from './vault/repositories.ts';

export interface Installation {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly db: Database;
  readonly sealer: Sealer;
  readonly audit: Audit;
  readonly authorizer: Authorizer;
  readonly identityProviders: IdentityProviders;
  readonly passwords: Passwords;
  readonly repositories: Repositories;
  /** connectors/all.ts, handed over by whoever builds the server. */
  readonly connectors: readonly Connector[];
  readonly settings: Settings;
  /** Call after the commit of what is to be looked at. */
  readonly wake: Wake;
}
