/**
 * What a refused caller is told, in each service's own words.
 * Source: recorded rules 10.7 (Organizations); IAM's "access denied error messages" (the others).
 */
import { type AwsError, accessDenied } from '@holdfast/wire';
import type { Question } from '../authorization/authorizer.ts';
import type { Caller } from '../authorization/caller.ts';

/** @param because the end of IAM's sentence, from the decision */
export function refusal(service: string, caller: Caller, question: Question, because: string): AwsError {
  if (service === 'organizations') return accessDenied("You don't have permissions to access this resource.");
  const { action, resource } = question;
  return accessDenied(
    `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} ${because}`,
  );
}
