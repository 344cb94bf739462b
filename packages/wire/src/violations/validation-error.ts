/**
 * Broken rules as IAM, STS and Cloud Control word them: `1 validation error detected: Value at 'maxItems' failed to
 * satisfy constraint: Member must have value less than or equal to 1000`.
 *
 * Source: recorded answers of IAM (September 2026): all rules that are broken stand in one text, values are not
 * repeated.
 */
import { unreachable } from '@holdfast/kernel';
import { AwsError, type CommonError } from '../aws-error.ts';
import { ValidationError } from '../common-errors.ts';
import type { Violation } from '../contract.ts';
import { serializationError, type Violations } from './first.ts';

export function validationError(_operation: string, violations: Violations): AwsError {
  return describe(ValidationError, violations);
}

/** The JSON services' spelling of the same error. */
export function validationException(_operation: string, violations: Violations): AwsError {
  return describe({ code: 'ValidationException', httpStatus: 400 }, violations);
}

function describe(error: CommonError, violations: Violations): AwsError {
  for (const { rule, value } of violations) if (rule.kind === 'type') return serializationError(rule.expected, value);
  const found =
    violations.length === 1 ? '1 validation error detected' : `${violations.length} validation errors detected`;
  return new AwsError(error, `${found}: ${violations.map(one).join('; ')}`);
}

function one({ path, rule }: Violation): string {
  return `Value at '${pathName(path)}' failed to satisfy constraint: Member must ${demand(rule)}`;
}

function demand(rule: Violation['rule']): string {
  switch (rule.kind) {
    case 'required':
      return 'not be null';
    case 'type':
      return `be of type ${rule.expected}`;
    case 'minLength':
      return `have length greater than or equal to ${rule.limit}`;
    case 'maxLength':
      return `have length less than or equal to ${rule.limit}`;
    case 'minValue':
      return `have value greater than or equal to ${rule.limit}`;
    case 'maxValue':
      return `have value less than or equal to ${rule.limit}`;
    case 'pattern':
      return `satisfy regular expression pattern: ${rule.pattern}`;
    case 'enum':
      return `satisfy enum value set: [${rule.values.join(', ')}]`;
    default:
      return unreachable(rule);
  }
}

/** `['Tags', 0, 'Key']` is `tags.1.member.key`. */
function pathName(path: Violation['path']): string {
  return path.map((step) => (typeof step === 'number' ? `${step + 1}.member` : lowerFirst(step))).join('.');
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
