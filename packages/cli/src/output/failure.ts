/**
 * What a command says when it cannot do its work: what was wrong, where, and what to do about it.
 *
 * Exit codes: 0 done, 1 could not be done, 2 asked for in a wrong way.
 * Not here: how the text is printed (main.ts), which errors a command foresees (its own file).
 */

export const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;

export interface FailureDetails {
  /** The file, account, address or job it is about. */
  readonly where?: string;
  /** A sentence that the reader can act on. */
  readonly advice?: string;
  readonly cause?: unknown;
}

/** An expected failure; anything else that is thrown is a bug and is printed with its stack. */
export class Failure extends Error {
  readonly exitCode: number = EXIT_FAILED;
  readonly where: string | undefined;
  readonly advice: string | undefined;

  constructor(message: string, { where, advice, cause }: FailureDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'Failure';
    this.where = where;
    this.advice = advice;
  }
}

/** The command line itself was wrong. */
export class UsageFailure extends Failure {
  override readonly exitCode: number = EXIT_USAGE;
}
