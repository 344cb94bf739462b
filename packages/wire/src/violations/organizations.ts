/**
 * Broken rules as AWS Organizations words them: InvalidInputException with a Reason such as `MAX_LENGTH_EXCEEDED:NAME`.
 *
 * Source: organizations spec 2.2; recorded rules B.1.4, B.8.8, B.12, B.13.1 for codes and texts.
 */
import { AwsError } from '../aws-error.ts';
import type { Violation } from '../contract.ts';
import { mostBasic, serializationError, type Violations } from './first.ts';

const InvalidInput = { code: 'InvalidInputException', httpStatus: 400 };

export function organizationsViolation(operation: string, violations: Violations): AwsError {
  const basic = mostBasic(violations);
  if (basic.rule.kind === 'type') return serializationError(basic.rule.expected, basic.value);
  // Of an invitation to nobody, AWS asks for the party's type first.
  const partyType = violations.find(({ path }) => isInvitation(operation) && pathName(path) === 'TARGET_TYPE');
  const violation = partyType ?? basic;
  const { rule, path } = violation;
  if (rule.kind === 'type') return serializationError(rule.expected, violation.value);
  const special = SPECIAL.find((one) => one.operation === operation && one.fits(pathName(path), violation));
  if (special) return invalidInput(special.reason, special.message);
  const { code, message } = REASONS[rule.kind];
  if (typeof path.at(-1) === 'number' && (rule.kind === 'pattern' || rule.kind === 'enum')) {
    return invalidInput(`INVALID_LIST_MEMBER:${pathName(path.slice(0, -1))}`, message);
  }
  return invalidInput(`${code}:${pathName(path)}`, message);
}

function isInvitation(operation: string): boolean {
  return operation === 'InviteAccountToOrganization';
}

function invalidInput(reason: string, message: string): AwsError {
  return new AwsError(InvalidInput, message, { Reason: reason });
}

const REASONS: Readonly<Record<Exclude<Violation['rule']['kind'], 'type'>, { code: string; message: string }>> = {
  required: { code: 'INPUT_REQUIRED', message: 'You must provide a value for the parameter.' },
  pattern: { code: 'INVALID_PATTERN', message: 'You provided a value that does not match the required pattern.' },
  enum: { code: 'INVALID_ENUM', message: 'You specified an invalid value.' },
  minLength: { code: 'MIN_LENGTH_EXCEEDED', message: 'You provided a string that is shorter than the minimum length.' },
  maxLength: { code: 'MAX_LENGTH_EXCEEDED', message: 'You provided a string that exceeds that maximum length.' },
  minValue: { code: 'MIN_VALUE_EXCEEDED', message: 'You provided a value that is below the minimum allowed.' },
  maxValue: { code: 'MAX_VALUE_EXCEEDED', message: 'You provided a value that exceeds the maximum allowed.' },
};

interface Special {
  readonly operation: string;
  readonly fits: (path: string, violation: Violation) => boolean;
  readonly reason: string;
  readonly message: string;
}

const POLICY_TYPE = { reason: 'INVALID_ENUM_POLICY_TYPE', message: 'You specified an invalid policy type.' };
const TARGET = { reason: 'TARGET_NOT_SUPPORTED', message: 'You specified a target that is not currently supported.' };
const PARTY = {
  reason: 'INVALID_PARTY_TYPE_TARGET',
  message: 'You specified an invalid party type as the target parameter.',
};

/** Recorded answers that do not follow the rule of their kind. */
const SPECIAL: readonly Special[] = [
  {
    operation: 'DescribeEffectivePolicy',
    fits: (path, { rule, value }) =>
      path === 'POLICY_TYPE' && rule.kind === 'enum' && value === 'SERVICE_CONTROL_POLICY',
    ...POLICY_TYPE,
  },
  {
    operation: 'ListEffectivePolicyValidationErrors',
    fits: (path, { rule }) => path === 'POLICY_TYPE' && rule.kind === 'enum',
    ...POLICY_TYPE,
  },
  {
    operation: 'ListEffectivePolicyValidationErrors',
    fits: (path) => path === 'ACCOUNT_ID',
    ...TARGET,
  },
  {
    operation: 'InviteAccountToOrganization',
    fits: (path) => path === 'TARGET' || path === 'TARGET_ID',
    reason: 'INVALID_PATTERN',
    message: REASONS.pattern.message,
  },
  {
    operation: 'InviteAccountToOrganization',
    fits: (path) => path === 'TARGET_TYPE',
    ...PARTY,
  },
];

/** `['Tags', 0, 'Value']` is `TAGS_1_MEMBER_VALUE`. */
function pathName(path: Violation['path']): string {
  return path.map((step) => (typeof step === 'number' ? `${step + 1}_MEMBER` : screamingSnake(step))).join('_');
}

function screamingSnake(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
}
