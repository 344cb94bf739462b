/**
 * Types taken from an SDK client module, so that operations, inputs and outputs are never listed by hand.
 *
 * `Sdk` is `typeof import('@aws-sdk/client-backup')` and the like. The commands are matched by their instances:
 * commands whose inputs are all optional have a second constructor.
 */
import type { CommandImpl } from '@smithy/core/client';

/** The part of an SDK operation schema (`CreatePolicy$`) that names it: `[kind, namespace, name, …]`. */
export type OperationSchema = readonly [9, string, string, ...unknown[]];

/** `'CreatePolicy' | 'DescribePolicy' | …` */
export type OperationName<Sdk> = {
  [Key in keyof Sdk]: Key extends `${infer Name}$` ? (Sdk[Key] extends OperationSchema ? Name : never) : never;
}[keyof Sdk];

type CommandOf<Sdk, Name extends string> = `${Name}Command` extends keyof Sdk ? Sdk[`${Name}Command`] : never;

/** What the operation takes, as the SDK declares it. */
export type InputOf<Sdk, Name extends string> =
  CommandOf<Sdk, Name> extends abstract new (
    ...args: never[]
  ) => CommandImpl<infer Input, infer _O, infer _C, infer _SI, infer _SO>
    ? Input
    : never;

/** What the operation answers; nothing at all may stand for an output without members. */
export type OutputOf<Sdk, Name extends string> =
  CommandOf<Sdk, Name> extends abstract new (
    ...args: never[]
  ) => CommandImpl<infer _I, infer Output, infer _C, infer _SI, infer _SO>
    ? keyof Omit<Output, '$metadata'> extends never
      ? object | undefined
      : Omit<Output, '$metadata'>
    : never;

/** The members that the model requires: the SDK declares them as present but perhaps undefined. */
export type RequiredKeys<T> = { [Key in keyof T]-?: object extends Pick<T, Key> ? never : Key }[keyof T];

type CheckedValue<T> = T extends string | number | boolean | bigint | Date | Uint8Array | null | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? CheckedValue<Item>[]
    : T extends object
      ? CheckedMembers<T>
      : T;

type CheckedMembers<T> = {
  readonly [Key in keyof T]: object extends Pick<T, Key> ? CheckedValue<T[Key]> : CheckedValue<NonNullable<T[Key]>>;
};

/**
 * An input after the wire layer's checks: required members are there, at every depth.
 * Naming the required members of the top shows them to the reader; they are also the default.
 */
export type Checked<Input, Required extends keyof Input = RequiredKeys<Input>> = CheckedMembers<Input> & {
  readonly [Key in Required]-?: CheckedValue<NonNullable<Input[Key]>>;
};
