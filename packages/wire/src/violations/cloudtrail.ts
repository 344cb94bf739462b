/**
 * Broken rules as CloudTrail's errors: its own where it has one for the member, else the general one of JSON services.
 * The texts are ours: AWS's are not published.
 */
import { AwsError } from '../aws-error.ts';
import { mostBasic, type Violations } from './first.ts';
import { validationException } from './validation-error.ts';

/** By the first member of the path. */
const OWN: Readonly<Record<string, { readonly code: string; readonly message: string }>> = {
  EventCategory: { code: 'InvalidEventCategoryException', message: 'There is no such event category.' },
  LookupAttributes: {
    code: 'InvalidLookupAttributesException',
    message: 'A lookup attribute has a known key and a value of 1 to 2000 characters.',
  },
  MaxResults: { code: 'InvalidMaxResultsException', message: 'MaxResults is a number from 1 to 50.' },
};

export function cloudtrailViolation(operation: string, violations: Violations): AwsError {
  const { path, rule } = mostBasic(violations);
  const own = rule.kind === 'type' || operation !== 'LookupEvents' ? undefined : OWN[String(path[0])];
  if (!own) return validationException(operation, violations);
  return new AwsError({ code: own.code, httpStatus: 400 }, own.message);
}
