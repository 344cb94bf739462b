/** What a test gets to hold: types only. */

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** What every client of the AWS SDK is made with: `new BackupClient(holdfast.clientConfig())`. */
export interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
}

export interface StartOptions {
  /** Twelve digits, the first of them not 0. Default: `123456789012`. */
  readonly accountId?: string;
  /** Default: `AKIAIOSFODNN7EXAMPLE`, the one of AWS's documentation. */
  readonly accessKeyId?: string;
  /**
   * Default: the one that belongs to it there. The server's command line shows it: choose one that opens nothing else.
   */
  readonly secretAccessKey?: string;
  /** The default one first. Default: `us-east-1`, `eu-central-1`. */
  readonly regions?: readonly [string, ...string[]];
  /** Default: any free one. */
  readonly port?: number;
  /** Each change is answered when all that follows from it has settled. Default: false. */
  readonly settle?: boolean;
  /** What the server logs is passed on to standard error from this level on. Default: `error`. */
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error';
  /** Jobs that run side by side. Default: as many as there are processors, and at least two. */
  readonly jobsAtOnce?: number;
  /** Where the template of the database is kept for the next start. Default: `.cache/holdfast` in the home folder. */
  readonly cacheFolder?: string;
  /**
   * The server's state, removed at its end; must be empty or missing. Default: below the folder for temporary files.
   */
  readonly dataFolder?: string;
}

export interface Happened {
  readonly count: number;
  readonly first: Date;
  readonly last: Date;
}

export interface Settled {
  /** The server's time when all was done. */
  readonly now: Date;
  /** How often what happened, by name of the server's events, such as `job.backup-ended`. */
  readonly happened: Readonly<Record<string, Happened>>;
  /** What is due and could not be done, by kind; empty when all is well. */
  readonly left: Readonly<Record<string, number>>;
}

export interface Passed extends Settled {
  readonly from: Date;
}

export interface Restored {
  /** The organization's ids by the snapshot's. */
  readonly ids: Readonly<Record<string, string>>;
  /** What is not as in the snapshot, one sentence each. */
  readonly notes: readonly string[];
}

export interface Account {
  readonly accountId: string;
  /** Of its administrator. */
  readonly credentials: Credentials;
}

export interface Holdfast extends AsyncDisposable {
  readonly endpoint: string;
  /** The default one. */
  readonly region: string;
  readonly regions: readonly string[];
  /** The first account; it may become an organization's management account. */
  readonly accountId: string;
  /** Of its administrator. */
  readonly credentials: Credentials;
  /** @param of whom and where; default: the first account's administrator, in the default region */
  clientConfig(of?: { readonly region?: string; readonly credentials?: Credentials }): ClientConfig;
  /** The server's time. */
  now(): Promise<Date>;
  /** Moves the clock and does all that becomes due on the way. @param duration ISO 8601, such as `P30D` or `PT1H` */
  advance(duration: string): Promise<Passed>;
  /** The same, to a moment that is not yet past. */
  advanceTo(moment: Date | string): Promise<Passed>;
  /** Does what is due now: accounts that are being made, effective policies, plans, jobs. */
  settle(): Promise<Settled>;
  /** Empties the server: the first account with its key remains, and the clock is the machine's again. */
  reset(): Promise<void>;
  /**
   * The same, and makes the organization of a snapshot (`holdfast org export`), with ids of its own.
   * @param snapshot the object, or the path of its file
   */
  reset(snapshot: object | string): Promise<Restored>;
  /** A stand-alone account, as one that an organization may invite. */
  createAccount(account: { readonly name: string; readonly email: string }): Promise<Account>;
  /** Ends the server; nothing of it remains. The same as leaving the block of `await using`. */
  stop(): Promise<void>;
}
