/**
 * The shapes of a service's API: what the SDK's schemas say, in the words that the codecs need.
 *
 * Not here: lengths, patterns, ranges and enums (constraints/), how a schema is read (smithy.ts).
 */

export type TimestampFormat = 'date-time' | 'http-date' | 'epoch-seconds';

export type Shape =
  | { readonly kind: 'string' | 'number' | 'boolean' | 'blob' }
  /** Without a format: the protocol's own. */
  | { readonly kind: 'timestamp'; readonly format: TimestampFormat | undefined }
  | { readonly kind: 'list'; readonly item: Shape }
  | { readonly kind: 'map'; readonly value: Shape }
  | StructureShape;

export interface StructureShape {
  readonly kind: 'structure';
  readonly name: string;
  /** Exactly one member is set. */
  readonly union: boolean;
  readonly members: readonly Member[];
}

export interface Member {
  readonly name: string;
  readonly required: boolean;
  /** The model calls what is in it, or in an item or value of it, sensitive: it is never written down. */
  readonly sensitive: boolean;
  /** Where restJson carries it; other protocols carry every member in the body. */
  readonly binding: Binding;
  /** A thunk, because shapes may hold themselves. */
  readonly shape: () => Shape;
}

export type Binding =
  | { readonly in: 'body' }
  | { readonly in: 'label' }
  | { readonly in: 'query'; readonly name: string };

export interface OperationShape {
  readonly name: string;
  readonly input: StructureShape;
  readonly output: StructureShape;
  /** The model gives the operation no output at all, as opposed to one without members. */
  readonly noOutput: boolean;
  readonly http: { readonly method: string; readonly path: string; readonly status: number } | undefined;
}

export interface ErrorShape {
  readonly structure: StructureShape;
  readonly fault: 'client' | 'server';
  readonly httpStatus: number | undefined;
  /** awsQuery's code and status, where they differ from the shape's name. */
  readonly query: { readonly code: string; readonly httpStatus: number } | undefined;
}

export interface Api {
  readonly operations: ReadonlyMap<string, OperationShape>;
  /** By shape name. */
  readonly errors: ReadonlyMap<string, ErrorShape>;
}
