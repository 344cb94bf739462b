/**
 * Requests of Cloud Control: each Create, Update and Delete becomes a row that says how it ended, found again by its
 * request token, and by the client's token when one was given.
 *
 * The work is a few rows and done at once, so that no request is ever seen IN_PROGRESS; clients that poll find the end.
 */
import { createHash } from 'node:crypto';
import type { HandlerErrorCode, ProgressEvent } from '@aws-sdk/client-cloudcontrol';
import type { Connector } from '@holdfast/connector-kit';
import { uuid } from '@holdfast/kernel';
import { placeFault } from '../../jobs/places.ts';
import { findRequestByClientToken, insertResourceRequest, type ResourceRequestRow } from '../../store/resources.ts';
import type { Call, ReadCall } from '../operation.ts';
import { type DesiredState, StateFault } from './desired-state.ts';
import { clientTokenConflict, invalidRequest, typeNotFound } from './errors.ts';
import { PatchError } from './json-patch.ts';

export interface Wish {
  readonly operation: ResourceRequestRow['operation'];
  readonly typeName: string;
  readonly identifier: string | undefined;
  readonly clientToken: string | undefined;
  /** All that was asked for: what the client's token stands for. */
  readonly asked: Readonly<Record<string, unknown>>;
  /** Does it, and says which resource it was. @throws RequestFailure, StateFault, PatchError */
  carryOut(): Promise<string>;
}

/** The end of a request that could not be done: told in its ProgressEvent, not as an error of the call. */
export class RequestFailure extends Error {
  override readonly name = 'RequestFailure';
  readonly code: HandlerErrorCode;
  constructor(code: HandlerErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export async function request(call: Call, wish: Wish): Promise<ProgressEvent> {
  const { accountId, region } = call;
  const hash = createHash('sha256')
    .update(JSON.stringify([wish.operation, wish.typeName, wish.asked]))
    .digest('base64url');
  if (wish.clientToken !== undefined) {
    const before = await findRequestByClientToken(call.tx, { accountId, region }, wish.clientToken);
    if (before && before.request_hash !== hash) throw clientTokenConflict(wish.clientToken);
    if (before) return progressOf(before);
  }
  const row: ResourceRequestRow = {
    token: uuid(call.installation.random),
    account_id: accountId,
    region,
    operation: wish.operation,
    type_name: wish.typeName,
    client_token: wish.clientToken ?? null,
    request_hash: hash,
    created_at: call.now,
    ...(await outcomeOf(wish)),
  };
  await insertResourceRequest(call.tx, row);
  return progressOf(row);
}

type Outcome = Pick<ResourceRequestRow, 'status' | 'error_code' | 'status_message' | 'identifier'>;

async function outcomeOf(wish: Wish): Promise<Outcome> {
  try {
    return { status: 'SUCCESS', error_code: null, status_message: null, identifier: await wish.carryOut() };
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined || !(error instanceof Error)) throw error;
    return { status: 'FAILED', error_code: code, status_message: error.message, identifier: wish.identifier ?? null };
  }
}

function codeOf(error: unknown): HandlerErrorCode | undefined {
  if (error instanceof RequestFailure) return error.code;
  return error instanceof StateFault || error instanceof PatchError ? 'InvalidRequest' : undefined;
}

export function progressOf(row: ResourceRequestRow): ProgressEvent {
  return {
    TypeName: row.type_name,
    RequestToken: row.token,
    Operation: row.operation,
    OperationStatus: row.status,
    EventTime: new Date(row.created_at),
    ...(row.identifier !== null && { Identifier: row.identifier }),
    ...(row.status_message !== null && { StatusMessage: row.status_message }),
    ...(row.error_code !== null && { ErrorCode: row.error_code as HandlerErrorCode }),
  };
}

export function connectorNamed(call: ReadCall, typeName: string): Connector {
  const { connectors } = call.installation;
  const connector = connectors.find((each) => each.typeName === typeName);
  if (!connector) throw typeNotFound(typeName, connectors);
  return connector;
}

/** @throws RequestFailure when the account's resources may not be at a place of the host where this one is */
export async function mustBeAllowed(call: Call, connector: Connector, { properties }: DesiredState): Promise<void> {
  const fault = await placeFault(call.installation.settings, call.accountId, connector.placesOf(properties));
  if (fault !== undefined) throw new RequestFailure('AccessDenied', fault);
}

/** Members of the input that Holdfast has no use for are refused, never ignored. */
export function refuse(input: Readonly<Record<string, unknown>>, members: readonly string[]): void {
  const given = members.find((member) => input[member] !== undefined && input[member] !== null);
  if (given !== undefined) throw invalidRequest(`${given} is not supported: leave it out.`);
}
