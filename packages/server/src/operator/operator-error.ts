/** What the operator asked for cannot be done; the text says why and is shown as it is. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
  readonly httpStatus: 400 | 404 | 409;

  constructor(message: string, { httpStatus, cause }: Pick<OperatorError, 'httpStatus'> & ErrorOptions) {
    super(message, { cause });
    this.httpStatus = httpStatus;
  }
}
