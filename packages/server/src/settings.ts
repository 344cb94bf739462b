/**
 * The operator's settings that services and rooms read. Where they come from (file, environment, defaults) is
 * config.ts's matter.
 */

/** A region is a name that the operator maps to a site: where its vaults are kept. */
export interface Region {
  readonly name: string;
  /** Folder under which the repositories of the region's vaults are made. */
  readonly vaultFolder: string;
}

/** Those that an organization may have of its own. */
export interface OrganizationQuotas {
  /** Open invitations and closed accounts are counted. */
  readonly accountsPerOrganization: number;
  /** CreateAccount requests that are not done yet. */
  readonly accountCreationsInProgress: number;
  /** CloseAccount requests that are not done yet. */
  readonly accountClosuresInProgress: number;
  readonly organizationalUnits: number;
  readonly organizationalUnitDepth: number;
  /** Of management policies; those of service and resource control policies are fixed. */
  readonly policiesPerType: number;
  /** Tags of a root, organizational unit, account or policy. */
  readonly tagsPerResource: number;
}

export interface Quotas extends OrganizationQuotas {
  readonly vaultsPerRegion: number;
  readonly plansPerRegion: number;
}

export type ResourceFolders = Readonly<Record<string, readonly string[]>>;

/** Somebody who vouches for others by signed tokens (OpenID Connect). */
export interface OidcProvider {
  /** Letter by letter as its tokens name it: `https://token.example.com`. */
  readonly issuer: string;
  /** A token must be meant for one of them. */
  readonly audiences: readonly string[];
  /** How far the provider's clock may be off. */
  readonly clockToleranceSeconds: number;
  /** The authority that signed its certificate, in PEM. Default: those of the system. */
  readonly ca?: string;
  /** Where its keys are. Default: where its discovery document says. */
  readonly jwksUrl?: string;
}

/** Requests that are let in by this server, each in a second; 0: any number. */
export interface RateLimits {
  /** Of one caller to one service. */
  readonly requestsPerSecond: number;
  /** Of these, those that may change something. */
  readonly writesPerSecond: number;
  /** With a signature that is no good, or none, from one address. */
  readonly badSignaturesPerSecond: number;
}

export interface Settings {
  /** The first one is the default. */
  readonly regions: readonly Region[];
  readonly quotas: Quotas;
  /** By organization id: those that differ from `quotas`. Default: none. */
  readonly organizationQuotas?: Readonly<Record<string, Partial<OrganizationQuotas>>>;
  /** Backup jobs that the built-in agent runs side by side. */
  readonly jobsAtOnce: number;
  /** How long a worker's lease on a job lasts without a heartbeat. */
  readonly leaseMs: number;
  /** Between a removal of recovery points and the prune that gives their space back. Default: an hour. */
  readonly pruneDelayMs?: number;
  /** Changes of policies are gathered for this long before effective policies are made anew. */
  readonly publishDelayMs: number;
  /** Days for which records of events are kept. Default: 90, as CloudTrail's event history. */
  readonly auditRetentionDays?: number;
  /** Default: none. */
  readonly rateLimits?: RateLimits;
  /** Folder for restic's cache, temporary key files and the like; private to the server. */
  readonly workFolder: string;
  /** Of the server alone: what no resource may be in, beside the work folder and the vaults. Default: nothing else. */
  readonly privatePaths?: readonly string[];
  /** Folders of the host that an account's resources may be in, by account id; `*`: of all others. Default: any. */
  readonly resourceFolders?: ResourceFolders;
  /** Known in every account. Default: none. */
  readonly oidcProviders?: readonly OidcProvider[];
}

/** AWS's defaults (spec/organizations 3, spec/backup 13.3), with the account quota as AWS raises it on request. */
export const DEFAULT_QUOTAS: Quotas = {
  accountsPerOrganization: 50_000,
  accountCreationsInProgress: 5,
  accountClosuresInProgress: 3,
  organizationalUnits: 2_000,
  organizationalUnitDepth: 5,
  policiesPerType: 1_000,
  tagsPerResource: 50,
  vaultsPerRegion: 300,
  plansPerRegion: 300,
};

export const ORGANIZATION_QUOTAS: readonly string[] = Object.keys({
  accountsPerOrganization: 0,
  accountCreationsInProgress: 0,
  accountClosuresInProgress: 0,
  organizationalUnits: 0,
  organizationalUnitDepth: 0,
  policiesPerType: 0,
  tagsPerResource: 0,
} satisfies Record<keyof OrganizationQuotas, 0>);

/** As CloudTrail's event history. */
export const DEFAULT_AUDIT_RETENTION_DAYS = 90;
/** Several times what a busy pipeline asks for; some hundred times what AWS grants. */
export const DEFAULT_RATE_LIMITS: RateLimits = {
  requestsPerSecond: 1_000,
  writesPerSecond: 300,
  badSignaturesPerSecond: 20,
};
export const DEFAULT_JOBS_AT_ONCE = 2;
export const DEFAULT_LEASE_MS = 30_000;
export const DEFAULT_PUBLISH_DELAY_MS = 1_000;
