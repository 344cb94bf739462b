/**
 * Binds an SDK client module to a table of handlers. A schema without a handler that is not listed as not implemented,
 * or a handler without a schema, fails the type check and refuses to start.
 */

import { wrongExemptions } from './input/exemptions.ts';
import type { Checked, InputOf, OperationName, OutputOf } from './sdk-types.ts';
import type { Service, ServiceSettings } from './service.ts';
import type { Api } from './shape.ts';
import { operationNames, readApi } from './smithy.ts';

/** The least that the table needs to know of a handler; the server's `Operation` is one. */
export interface Handles<Input, Output> {
  /** The operation's name, taken from its schema. */
  readonly name: string;
  readonly run: { handle(input: Input, call: never): Promise<Output> };
}

/** Handlers by operation name with a small first letter, so that a table reads `{ createPolicy, describePolicy }`. */
export type Handlers<Sdk> = {
  readonly [Name in OperationName<Sdk> as Uncapitalize<Name>]: Handles<
    Checked<InputOf<Sdk, Name>>,
    OutputOf<Sdk, Name>
  >;
};

type Problem<Text extends string, Names> = { readonly [Key in Text]: Names };

type Complete<Sdk, Table, Missing extends string> =
  Exclude<keyof Table, keyof Handlers<Sdk>> extends never
    ? Extract<keyof Table, Uncapitalize<Missing>> extends never
      ? Exclude<OperationName<Sdk>, HandledName<Sdk, Table> | Missing> extends never
        ? unknown
        : Problem<
            'neither handler nor listed as not implemented',
            Exclude<OperationName<Sdk>, HandledName<Sdk, Table> | Missing>
          >
      : Problem<'handled and listed as not implemented', Extract<keyof Table, Uncapitalize<Missing>>>
    : Problem<'handlers without an operation', Exclude<keyof Table, keyof Handlers<Sdk>>>;

type HandledName<Sdk, Table> = {
  [Name in OperationName<Sdk>]: Uncapitalize<Name> extends keyof Table ? Name : never;
}[OperationName<Sdk>];

export type ServiceDefinition<Sdk, Table, Missing extends string> = ServiceSettings<OperationName<Sdk>> & {
  /** `import * as sdk from '@aws-sdk/client-…'` */
  readonly sdk: Sdk;
  readonly handlers: Table;
  /** Answered with 501; `docs/reference/operations.md` is made from it. */
  readonly notImplemented: readonly Missing[];
};

export function defineService<
  Sdk extends object,
  const Table extends Partial<Handlers<Sdk>>,
  const Missing extends OperationName<Sdk>,
>(definition: ServiceDefinition<Sdk, Table, Missing> & Complete<Sdk, Table, Missing>): Service<HandlerIn<Table>> {
  const given: ServiceDefinition<Sdk, Table, Missing> = definition;
  const { sdk, handlers: table, notImplemented, ...settings } = given;
  // The compiler cannot see through the mapped type that a table's values are handlers.
  const entries = Object.entries(table) as [string, Named & HandlerIn<Table>][];
  const handlers = new Map(entries.map(([, handler]) => [handler.name, handler]));
  const names = operationNames(sdk).sort();
  let api: Api | undefined;
  const readOnce = (): Api => {
    api ??= readApi(sdk);
    return api;
  };
  const exempt = settings.unenforced === undefined ? [] : wrongExemptions(readOnce(), settings.unenforced);
  const problems = [
    ...findProblems(names, entries, notImplemented),
    ...exempt.map((member) => `${member} is exempt but does not exist`),
  ];
  if (problems.length > 0) throw new Error(`The service ${settings.name} is not complete:\n${problems.join('\n')}`);
  return {
    ...settings,
    handlers,
    operations: () => names.map((name) => ({ name, implemented: handlers.has(name) })),
    api: readOnce,
  };
}

type HandlerIn<Table> = NonNullable<Table[keyof Table]>;

interface Named {
  readonly name: string;
}

function findProblems(
  names: readonly string[],
  table: readonly (readonly [key: string, handler: Named])[],
  notImplemented: readonly string[],
): string[] {
  const known = new Set(names);
  const missing = new Set(notImplemented);
  const handled = new Map(table.map(([key, handler]) => [key, handler.name]));
  const keys = new Set(handled.keys());
  return [
    ...[...handled].filter(([key, name]) => key !== uncapitalize(name)).map(([key, name]) => `${key} handles ${name}`),
    ...[...handled.values()].filter((name) => !known.has(name)).map((name) => `${name} has a handler but no schema`),
    ...notImplemented.filter((name) => !known.has(name)).map((name) => `${name} is listed but has no schema`),
    ...notImplemented
      .filter((name) => keys.has(uncapitalize(name)))
      .map((name) => `${name} is handled and listed as not implemented`),
    ...names
      .filter((name) => !keys.has(uncapitalize(name)) && !missing.has(name))
      .map((name) => `${name} has no handler`),
  ];
}

function uncapitalize(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
