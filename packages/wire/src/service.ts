/**
 * A service as the wire layer sees it: a signing name, a protocol, the SDK's schemas, and which operations have a
 * handler. Handlers are opaque here: the endpoint checks and decodes, the server's `invoke` carries out.
 */
import type { AwsError, CommonError, ErrorSchema } from './aws-error.ts';
import type { ConstraintTable } from './constraints/table.ts';
import type { Violation } from './contract.ts';
import type { Api } from './shape.ts';

export type ProtocolName =
  | { readonly kind: 'restJson1' }
  | { readonly kind: 'awsJson'; readonly version: '1.0' | '1.1'; readonly target: string }
  | { readonly kind: 'awsQuery'; readonly version: string; readonly xmlNamespace: string };

export type ViolationKind = Violation['rule']['kind'];

/** A rule of the model that the service does not enforce. */
export interface Exemption {
  /** Member names with `[]` for list items and `{}` for map values: `BackupPlan.Rules[].RuleName`. */
  readonly path: string;
  readonly kinds: readonly Exclude<ViolationKind, 'type'>[];
}

/** Turns the rules that an input breaks (at least one) into the service's own error. */
export type ViolationMapper = (operation: string, violations: readonly [Violation, ...Violation[]]) => AwsError;

export interface ServiceSettings<Name extends string = string> {
  /** The signing name: `organizations`, `backup`, `cloudcontrolapi`, … */
  readonly name: string;
  /** For people: `AWS Backup`. */
  readonly title: string;
  readonly protocol: ProtocolName;
  /** Loaded with the first request. Without: types and required members only. */
  readonly constraints?: () => Promise<ConstraintTable>;
  readonly violation: ViolationMapper;
  /** By operation; `*` stands for all. */
  readonly unenforced?: Readonly<Partial<Record<Name | '*', readonly Exemption[]>>>;
  /**
   * Operations whose input itself proves who asks, so that they are taken without a signature (a signature that is there
   * is verified all the same). Default: none.
   */
  readonly unsigned?: readonly Name[];
  /** A body that cannot be read at all. Default: SerializationException. */
  readonly unreadable?: ErrorSchema | CommonError;
  /** A failure of ours. Default: InternalFailure, 500. */
  readonly internalFailure?: ErrorSchema | CommonError;
}

export interface OperationStatus {
  readonly name: string;
  readonly implemented: boolean;
}

export interface Service<Handler = unknown> extends ServiceSettings {
  /** By operation name. */
  readonly handlers: ReadonlyMap<string, Handler>;
  /** Every operation of the SDK's module, by name in alphabetic order. */
  operations(): readonly OperationStatus[];
  /** The schemas, read on first use. */
  api(): Api;
}
