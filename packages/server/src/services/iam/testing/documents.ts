/** Policy documents and expected errors for IAM's tests. */
import { expect } from 'vitest';

export function allow(action: string | readonly string[], more: object = {}): string {
  const statement = { Effect: 'Allow', Action: action, Resource: '*', ...more };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

/** A trust policy. */
export function trusting(principal: object): string {
  const statement = { Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

/** For `toMatchObject`: an error of this name whose message has this text. */
export function fails(name: string, message: string | RegExp = '', httpStatusCode?: number): object {
  return {
    name,
    message: message instanceof RegExp ? expect.stringMatching(message) : expect.stringContaining(message),
    $metadata: expect.objectContaining(httpStatusCode ? { httpStatusCode } : {}),
  };
}
