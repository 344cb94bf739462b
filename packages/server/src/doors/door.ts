/**
 * A door: one method and path under `/_holdfast/` that answers JSON to JSON and is no AWS API (signing in to the
 * console, the clock of test mode).
 *
 * Not here: finding the door for a request, reading its body (router.ts); who may pass, which each door decides itself.
 */
import type { IncomingHttpHeaders } from 'node:http';

export interface DoorRequest {
  /** Lower-case names. */
  readonly headers: IncomingHttpHeaders;
  /** The members of the JSON object in the body; none without a body. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Of the other end of the connection, which may be a proxy. */
  readonly sourceIp: string;
}

export interface DoorAnswer {
  /** Default 200; without a body 204. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: object;
}

export interface Door {
  readonly method: 'GET' | 'POST';
  readonly path: `/_holdfast/${string}`;
  /** Default: BODY_BYTES_MAX of the router. */
  readonly bodyBytesMax?: number;
  /** @throws DoorError for what the client has to change; anything else is a failure of ours */
  answer(request: DoorRequest): Promise<DoorAnswer>;
}

/** A refusal, answered as `{"code": …, "message": …}` with its status. */
export class DoorError extends Error {
  override readonly name = 'DoorError';
  readonly status: number;
  readonly code: string;
  readonly headers: NonNullable<DoorAnswer['headers']>;

  constructor(message: string, { status, code, headers = {}, cause }: Refusal) {
    super(message, { cause });
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

type Refusal = ErrorOptions &
  Pick<DoorAnswer, 'headers'> & { readonly status: DoorError['status']; readonly code: DoorError['code'] };
