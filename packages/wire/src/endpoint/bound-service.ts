/**
 * A service made ready to serve: protocol chosen, constraints loaded, readers compiled per operation on first use.
 */
import { present } from '@holdfast/kernel';
import { AwsError } from '../aws-error.ts';
import { InternalFailure, NotImplemented, Serialization, UnknownOperation } from '../common-errors.ts';
import type { ConstraintTable } from '../constraints/table.ts';
import { Problems } from '../input/problems.ts';
import { inputReader, type Reader } from '../input/reader.ts';
import { protocolOf } from '../protocol/choose.ts';
import type { Found, Protocol } from '../protocol/protocol.ts';
import { Unreadable, type WireAnswer, type WireRequest } from '../request.ts';
import type { Service } from '../service.ts';
import type { OperationShape } from '../shape.ts';

/** Where the list of operations stands that messages point to. */
const OPERATIONS_PAGE = 'docs/reference/operations.md';
const NO_CONSTRAINTS: ConstraintTable = { shapes: {}, members: {} };

export interface Decoded {
  readonly shape: OperationShape;
  readonly input: unknown;
}

export class BoundService {
  readonly service: Service;
  readonly #protocol: Protocol;
  readonly #constraints: ConstraintTable;
  readonly #readers = new Map<string, Reader>();

  static async bind(service: Service): Promise<BoundService> {
    return new BoundService(service, (await service.constraints?.()) ?? NO_CONSTRAINTS);
  }

  private constructor(service: Service, constraints: ConstraintTable) {
    this.service = service;
    this.#protocol = protocolOf(service.protocol, service.api());
    this.#constraints = constraints;
  }

  /** Whether the request, which nobody signed, is for an operation of this service that needs no signature. */
  takesUnsigned(request: WireRequest): boolean {
    const operation = this.operationOf(request);
    return operation !== undefined && this.isUnsigned(operation);
  }

  /** What the request calls for, whether or not there is such an operation; undefined: it cannot be read. */
  operationOf(request: WireRequest): string | undefined {
    try {
      return this.#protocol.find(request).operation;
    } catch (error) {
      if (error instanceof AwsError || error instanceof Unreadable) return undefined;
      throw error;
    }
  }

  isUnsigned(operation: string): boolean {
    return this.service.unsigned?.includes(operation) === true;
  }

  /** @throws AwsError for what is unknown, not implemented, unreadable or against the model */
  decode(request: WireRequest): Decoded {
    const found = this.#protocol.find(request);
    const shape = this.#shapeOf(found.operation);
    const problems = new Problems();
    const input = this.#reader(shape)(this.#raw(found, shape), problems);
    const { violations } = problems;
    if (isNotEmpty(violations)) throw this.service.violation(shape.name, violations);
    return { shape, input };
  }

  answer(shape: OperationShape, output: unknown, requestId: string): WireAnswer {
    return this.#protocol.answer(shape, output, requestId);
  }

  failure(error: AwsError, requestId: string): WireAnswer {
    return this.#protocol.failure(error, requestId);
  }

  /** What the caller sees of a failure of ours: nothing but that there was one. */
  internalFailure(): AwsError {
    return new AwsError(
      this.service.internalFailure ?? InternalFailure,
      'The request failed because of an internal error.',
    );
  }

  #shapeOf(operation: string): OperationShape {
    const shape = this.service.api().operations.get(operation);
    const { title, handlers } = this.service;
    if (shape === undefined) throw new AwsError(UnknownOperation, `${title} has no operation ${operation}.`);
    if (!handlers.has(operation)) {
      throw new AwsError(
        NotImplemented,
        `Holdfast does not implement ${operation} of ${title}. What it implements stands in ${OPERATIONS_PAGE}.`,
      );
    }
    return shape;
  }

  #raw(found: Found, shape: OperationShape): unknown {
    try {
      return found.raw(shape);
    } catch (error) {
      if (error instanceof Unreadable) throw this.unreadable(error);
      throw error;
    }
  }

  unreadable(error: Unreadable): AwsError {
    return new AwsError(this.service.unreadable ?? Serialization, error.message);
  }

  #reader(shape: OperationShape): Reader {
    if (!this.#readers.has(shape.name)) {
      const { unenforced = {} } = this.service;
      const exemptions = [...(unenforced['*'] ?? []), ...(unenforced[shape.name] ?? [])];
      const settings = { constraints: this.#constraints, exemptions, body: this.#protocol.body };
      this.#readers.set(shape.name, inputReader(shape.input, settings));
    }
    return present(this.#readers.get(shape.name), `the reader of ${shape.name}`);
  }
}

function isNotEmpty<T>(list: readonly T[]): list is readonly [T, ...T[]] {
  return list.length > 0;
}
