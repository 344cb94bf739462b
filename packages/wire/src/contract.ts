/**
 * What the wire layer asks of the server and gives to it. Knows no service.
 *
 * A request's life: authentication header → service (credential scope) and operation → credential lookup and signature
 * → input from path, query, headers and body → checks of the model (types, required, lengths, patterns, ranges, enums)
 * → `invoke` → output or error in the protocol's own form.
 */
import type { Instant } from '@holdfast/kernel';

/** What is known of an access key. `Identity` is the server's own description of who signs with it. */
export interface Credential<Identity> {
  readonly secretAccessKey: string;
  /** Set for temporary credentials: the request must carry the same token. */
  readonly sessionToken?: string;
  readonly expiresAt?: Instant;
  readonly identity: Identity;
}

export type FindCredential<Identity> = (accessKeyId: string) => Promise<Credential<Identity> | undefined>;

/** A verified request, ready to be carried out. */
export interface Invocation<Identity> {
  /** The signing name: `organizations`, `backup`, `sts`, `iam`, `cloudcontrolapi`, … */
  readonly service: string;
  readonly operation: string;
  /** The operation's input by the SDK's member names; checked against the model. */
  readonly input: unknown;
  /** Of the credential scope. */
  readonly region: string;
  readonly identity: Identity;
  readonly requestId: string;
  readonly sourceIp: string;
  readonly userAgent: string;
}

export type Invoke<Identity> = (invocation: Invocation<Identity>) => Promise<unknown>;

/** A request for an operation that takes no signature: nobody is known to have sent it. */
export type UnsignedInvocation = Omit<Invocation<never>, 'identity' | 'region'>;

export type InvokeUnsigned = (invocation: UnsignedInvocation) => Promise<unknown>;

/** A request that was answered with an error, wherever on its way: what was known of it by then. */
export interface Refusal<Identity> {
  readonly requestId: string;
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly service?: string;
  /** As the request calls it, whether or not there is such an operation. */
  readonly operation?: string | undefined;
  /** As the request claims; who signed is known only with `identity`. */
  readonly claimed?: { readonly service: string; readonly region: string; readonly accessKeyId: string };
  /** Undefined: nothing is known of the signature, or it is not good. */
  readonly identity?: Identity;
  /** Once it was checked against the model. */
  readonly input?: unknown;
  /** What `invoke` or a step before it threw. */
  readonly error: unknown;
  /** As the caller was told. */
  readonly code: string;
  readonly message: string;
}

/** A rule of the model that the input breaks. `path` holds member names and list positions counted from 0. */
export interface Violation {
  readonly path: readonly (string | number)[];
  readonly rule:
    | { readonly kind: 'required' }
    | { readonly kind: 'type'; readonly expected: string }
    | { readonly kind: 'minLength' | 'maxLength' | 'minValue' | 'maxValue'; readonly limit: number }
    | { readonly kind: 'pattern'; readonly pattern: string }
    | { readonly kind: 'enum'; readonly values: readonly string[] };
  readonly value: unknown;
}
