/**
 * AWS's HTTP endpoint: one listener for all services. A request's life, in this order:
 *
 * body → signature's parts → service (of the credential scope, never of Host) → signature → operation → input →
 * `invoke` → answer. The few operations that need no signature are found by the body instead. Whatever fails on the way
 * is answered in the protocol's own form; a failure of ours tells the caller nothing but its request id, under which it
 * stands in the log.
 */
import { Buffer } from 'node:buffer';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { assert, type Clock, type Logger, type Random, uuid } from '@holdfast/kernel';
import { AwsError } from '../aws-error.ts';
import {
  InternalFailure,
  InvalidSignature,
  MalformedHttpRequest,
  MissingAuthenticationToken,
  RequestEntityTooLarge,
  Serialization,
  ServiceUnavailable,
} from '../common-errors.ts';
import type { FindCredential, Invoke, InvokeUnsigned, Refusal, UnsignedInvocation } from '../contract.ts';
import { guessProtocol } from '../protocol/choose.ts';
import { headerOf, splitTarget, Unreadable, type WireAnswer, type WireRequest } from '../request.ts';
import type { Service } from '../service.ts';
import { isSigned, readSignedParts, type SignedParts } from '../sigv4/credential-scope.ts';
import { SignatureVerifier } from '../sigv4/verify.ts';
import { BoundService } from './bound-service.ts';
import { type Gate, openGate } from './gate.ts';
import { defaultLimits, type EndpointLimits } from './limits.ts';
import { BodyRoom, readBody } from './read-body.ts';

export interface EndpointSettings<Identity> {
  readonly services: readonly Service[];
  readonly findCredential: FindCredential<Identity>;
  readonly invoke: Invoke<Identity>;
  /** Needed when a service has operations that take no signature. */
  readonly invokeUnsigned?: InvokeUnsigned;
  /** Told of every request that is answered with an error, before it is answered. Must not throw. */
  readonly refused?: (refusal: Refusal<Identity>) => void;
  /** Default: open to everybody, always. */
  readonly gate?: Gate<Identity>;
  /** Of the signers: by it signatures hold, and by it they are told the time. */
  readonly clock: Clock;
  /** By which sessions expire. Default: `clock`; test mode moves this one alone. */
  readonly sessionClock?: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly limits?: Partial<EndpointLimits>;
}

/** For `httpServer(createEndpoint(…))`; the caller owns the server and closes it. */
export function createEndpoint<Identity>(settings: EndpointSettings<Identity>): RequestListener {
  const endpoint = new Endpoint(settings);
  return (request, response) => {
    void endpoint.serve(request, response);
  };
}

/** Where a request came from and what it is called in the log. */
interface Origin {
  readonly requestId: string;
  readonly sourceIp: string;
  readonly userAgent: string;
}

/** What the log says of a request, as far as it is known. */
interface About {
  readonly requestId: string;
  service?: string;
  operation?: string;
  /** The error that it was answered with. */
  code?: string;
}

/** What else is known of a request when it fails. */
type Known<Identity> = { -readonly [Key in 'claimed' | 'identity' | 'input']?: Refusal<Identity>[Key] };

class Endpoint<Identity> {
  readonly #settings: EndpointSettings<Identity>;
  readonly #limits: EndpointLimits;
  readonly #bodyRoom: BodyRoom;
  readonly #verifier: SignatureVerifier<Identity>;
  readonly #gate: Gate<Identity>;
  readonly #services: ReadonlyMap<string, Service>;
  readonly #bound = new Map<string, Promise<BoundService>>();

  constructor(settings: EndpointSettings<Identity>) {
    this.#settings = settings;
    this.#limits = { ...defaultLimits, ...settings.limits };
    this.#bodyRoom = new BodyRoom(this.#limits);
    this.#verifier = new SignatureVerifier(settings.findCredential, settings.clock, settings.sessionClock);
    this.#gate = settings.gate ?? openGate;
    this.#services = new Map(settings.services.map((service) => [service.name, service]));
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const origin: Origin = {
      requestId: uuid(this.#settings.random),
      sourceIp: (request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
      userAgent: headerOf(request.headers, 'user-agent') ?? '',
    };
    const about: About = { requestId: origin.requestId };
    try {
      const body = await readBody(request, this.#limits, this.#bodyRoom);
      const answer = await this.#answer(request, body, origin, about);
      this.#send(response, answer, origin);
      this.#settings.log.debug('request.answered', { ...about, status: answer.status });
    } catch (error) {
      // The client has gone, or sends on and on; there is nobody to answer.
      this.#settings.log.debug('request.aborted', { ...about, error });
      response.destroy();
    }
  }

  async #answer(
    message: IncomingMessage,
    body: Uint8Array | 'too-large' | 'no-room',
    origin: Origin,
    about: About,
  ): Promise<WireAnswer> {
    const { headers, method = 'GET', url = '/' } = message;
    let form: FailureForm = anonymousForm(headers, []);
    const known: Known<Identity> = {};
    let operationAskedFor = (): string | undefined => undefined;
    try {
      const request: WireRequest = {
        ...splitTarget(url),
        method,
        headers,
        body: typeof body === 'string' ? new Uint8Array() : body,
      };
      form = anonymousForm(headers, request.query);
      if (message.rawHeaders.length > 2 * this.#limits.headers) {
        throw new AwsError(MalformedHttpRequest, `The request has more than ${this.#limits.headers} headers.`);
      }
      if (body === 'too-large') {
        throw new AwsError(RequestEntityTooLarge, `The body is larger than ${this.#limits.bodyBytes} bytes.`);
      }
      if (body === 'no-room') throw new AwsError(ServiceUnavailable, 'Too many long requests at once. Try again.');
      const parts = isSigned(request) ? readSignedParts(request) : undefined;
      if (parts) known.claimed = { service: parts.service, region: parts.region, accessKeyId: parts.accessKeyId };
      const bound = parts ? await this.#boundService(parts.service) : await this.#openTo(request);
      form = bound;
      about.service = bound.service.name;
      operationAskedFor = () => bound.operationOf(request);
      const signed = await this.#signer(request, parts, { service: bound.service.name, ...origin });
      if (signed) {
        known.identity = signed.identity;
        this.#gate.identified(signed.identity, bound.service.name);
      }
      const { shape, input } = bound.decode(request);
      about.operation = shape.name;
      known.input = input;
      if (signed) this.#gate.asked(signed.identity, bound.service.name, shape.name);
      const asked = { service: bound.service.name, operation: shape.name, input, ...origin };
      const output =
        signed && !bound.isUnsigned(shape.name)
          ? await this.#settings.invoke({ ...asked, ...signed })
          : await this.#invokeUnsigned(asked);
      return bound.answer(shape, output, origin.requestId);
    } catch (error) {
      const { answer, told } = this.#failure(error, form, about);
      const { service } = about;
      this.#settings.refused?.({
        ...known,
        ...origin,
        ...(service !== undefined && { service, operation: about.operation ?? operationAskedFor() }),
        error,
        code: told.code,
        message: told.message,
      });
      return answer;
    }
  }

  /** Undefined for a request without a signature. @throws AwsError for one whose signature is not good */
  async #signer(
    request: WireRequest,
    parts: SignedParts | undefined,
    origin: Origin & { readonly service: string },
  ): Promise<{ readonly region: string; readonly identity: Identity } | undefined> {
    const claim = { service: origin.service, sourceIp: origin.sourceIp, accessKeyId: parts?.accessKeyId };
    this.#gate.claimed(claim);
    if (!parts) return undefined;
    try {
      const identity = await this.#verifier.verify(request, parts);
      this.#gate.checked(claim, 'good');
      return { region: parts.region, identity };
    } catch (error) {
      if (error instanceof AwsError) this.#gate.checked(claim, 'bad');
      throw error;
    }
  }

  #failure(error: unknown, form: FailureForm, about: About): { answer: WireAnswer; told: AwsError } {
    try {
      const told = error instanceof Unreadable ? form.unreadable(error) : error;
      if (told instanceof AwsError) {
        about.code = told.code;
        return { answer: form.failure(told, about.requestId), told };
      }
      this.#settings.log.error('request.failed', { ...about, error });
    } catch (cause) {
      this.#settings.log.error('request.error-not-written', { ...about, error, cause });
    }
    const hidden = form.internalFailure();
    about.code = hidden.code;
    return { answer: form.failure(hidden, about.requestId), told: hidden };
  }

  /** @throws AwsError unless the request is for an operation that needs no signature */
  async #openTo(request: WireRequest): Promise<BoundService> {
    for (const { name, unsigned } of this.#services.values()) {
      if (unsigned === undefined) continue;
      const bound = await this.#boundService(name);
      if (bound.takesUnsigned(request)) return bound;
    }
    throw new AwsError(MissingAuthenticationToken, 'Missing Authentication Token');
  }

  #invokeUnsigned(invocation: UnsignedInvocation): Promise<unknown> {
    const { invokeUnsigned } = this.#settings;
    assert(invokeUnsigned, `${invocation.operation} needs no signature, and nobody carries out such requests`);
    return invokeUnsigned(invocation);
  }

  #boundService(name: string): Promise<BoundService> {
    const service = this.#services.get(name);
    if (service === undefined) {
      throw new AwsError(
        InvalidSignature,
        `Credential should be scoped to a service of this endpoint, not to '${name}'.`,
      );
    }
    const bound = this.#bound.get(name) ?? BoundService.bind(service);
    this.#bound.set(name, bound);
    return bound;
  }

  #send(response: ServerResponse, answer: WireAnswer, { requestId }: Origin): void {
    response.writeHead(answer.status, {
      ...answer.headers,
      'content-type': answer.contentType,
      'content-length': Buffer.byteLength(answer.body),
      // Clients correct their own clocks by it, so it is our clock's time, moved or not.
      date: new Date(this.#settings.clock.now()).toUTCString(),
      'x-amzn-RequestId': requestId,
      'x-amz-request-id': requestId,
    });
    response.end(answer.body);
  }
}

/** How failures are told. */
type FailureForm = Pick<BoundService, 'failure' | 'internalFailure' | 'unreadable'>;

/** Before the service is known. */
function anonymousForm(headers: WireRequest['headers'], query: WireRequest['query']): FailureForm {
  const protocol = guessProtocol({ headers, query });
  return {
    failure: (error, requestId) => protocol.failure(error, requestId),
    internalFailure: () => new AwsError(InternalFailure, 'The request failed because of an internal error.'),
    unreadable: (error) => new AwsError(Serialization, error.message),
  };
}
