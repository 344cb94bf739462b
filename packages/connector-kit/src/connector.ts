/**
 * What a connector is: code that can read and write one kind of resource.
 *
 * A connector says what it can do as data, hands over what is to be kept (a folder for restic to read, or a stream of
 * bytes), and puts kept contents back. It knows neither vaults nor jobs, and keeps no state of its own. INVARIANT:
 * nothing that was not read to its end passes for read: a stream's `vouched` resolves only when its producer said so.
 * Source: design 9.
 */
import type { Instant } from '@holdfast/kernel';
import type { ByteSource } from './byte-source.ts';
import type { PropertySchema } from './properties.ts';

/** A registered resource as a connector sees it. */
export interface ResourceRef {
  readonly arn: string;
  readonly accountId: string;
  readonly region: string;
  readonly identifier: string;
  /** The desired state it was registered with, checked against the connector's `properties`; no secrets. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** What a backup reads. */
export type Source =
  | {
      readonly kind: 'directory';
      /** An absolute path without links in it. The folder itself is kept under its own last name. */
      readonly folder: string;
    }
  | {
      readonly kind: 'stream';
      /** The name of the one file in the snapshot. */
      readonly fileName: string;
      /** For a percentage; undefined: none can be said. */
      readonly sizeEstimateBytes?: number;
      /** Starts the producer. Called once. Stops within 5 s of `signal`. */
      open(signal: AbortSignal): ByteSource;
    };

/** What is in a recovery point. */
export interface KeptContents {
  /**
   * Writes a directory's contents into `folder`, which exists and is empty: bytes, modes, owners, links, times.
   * `folder` itself gets the kept folder's attributes when all of it is restored.
   * @param items paths below the kept folder, each with all that is below it; undefined: everything
   */
  extract(folder: string, items: readonly string[] | undefined, signal: AbortSignal): Promise<void>;
  /** The bytes of a kept stream. */
  open(signal: AbortSignal): Promise<ByteSource>;
}

/** A restore as it was asked for. */
export interface RestoreOrder {
  readonly jobId: string;
  readonly orderedAt: Instant;
  readonly accountId: string;
  readonly region: string;
  /** StartRestoreJob's metadata. */
  readonly metadata: Readonly<Record<string, string>>;
  /** What the backup noted of its source (`restoreMetadata` at that time). */
  readonly kept: Readonly<Record<string, string>>;
  /** The resource that was backed up; undefined: not registered any more. */
  readonly source: ResourceRef | undefined;
  /** Another registered resource of this connector's type, in the same account and region. */
  find(identifier: string): Promise<ResourceRef | undefined>;
}

export interface RestorePlan {
  /** What the role must be allowed to restore: an ARN. */
  readonly targetArn: string;
  /** Absolute paths on the host that it writes to or connects through; the account must be allowed each of them. */
  readonly places: readonly string[];
  /**
   * Does it. Nothing is in the target's place before it is complete, nothing of an attempt that failed stays,
   * and what an earlier attempt of the same job left behind is removed first.
   */
  execute(contents: KeptContents, signal: AbortSignal): Promise<Restored>;
  /** Removes the marks by which a later attempt would have known of this one. Called once the result is recorded. */
  settled(): Promise<void>;
}

export type Restored =
  | { readonly kind: 'into-existing'; readonly arn: string }
  | {
      readonly kind: 'new';
      readonly identifier: string;
      readonly name?: string;
      readonly properties: Readonly<Record<string, unknown>>;
      readonly secrets: Readonly<Record<string, string>>;
    };

export interface Connector {
  /** `Holdfast::FileSystem::Directory` */
  readonly typeName: string;
  /** AWS's name of the type in backup answers: `EFS`, `RDS`. */
  readonly resourceType: string;
  readonly description: string;
  readonly can: {
    /** Restore single items of a recovery point (`ItemsToRestore`). */
    readonly restoreItems: boolean;
    /** Restore into a resource that exists. */
    readonly restoreIntoExisting: boolean;
  };
  /** IAM actions that a role needs on the resource. */
  readonly roleActions: { readonly backup: readonly string[]; readonly restore: readonly string[] };
  /** The desired state's members. Tags are every resource's and stand in none. */
  readonly properties: PropertySchema;
  /** The property that names the resource: the primary identifier. */
  readonly identifierProperty: string;
  /** An identifier for a resource that was registered without one; undefined: it has to be given. */
  newIdentifier(random: { bytes(count: number): Uint8Array }): string | undefined;
  arnOf(accountId: string, region: string, identifier: string): string;
  /** A display name, from the desired state. */
  nameOf(properties: Readonly<Record<string, unknown>>): string | undefined;
  /** Absolute paths on the host that the resource is at; empty when it is reached through the network alone. */
  placesOf(properties: Readonly<Record<string, unknown>>): readonly string[];
  /**
   * Looks at the resource and says how it is read. Must not change it.
   * @throws ConnectorFailure
   */
  source(resource: ResourceRef, signal: AbortSignal): Promise<Source>;
  /** What a later restore has to know when the resource is gone; shown to users, so never a secret. */
  restoreMetadata(resource: ResourceRef): Readonly<Record<string, string>>;
  /**
   * Checks the metadata and decides where to; changes nothing. @throws ConnectorFailure that says what is wrong and
   * what to give instead
   */
  planRestore(order: RestoreOrder): Promise<RestorePlan>;
}
