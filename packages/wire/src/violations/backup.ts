/**
 * Broken rules as AWS Backup's errors: MissingParameterValueException, else InvalidParameterValueException (backup spec
 * 2). The texts are ours: AWS's are not published.
 */
import { unreachable } from '@holdfast/kernel';
import { AwsError } from '../aws-error.ts';
import type { Violation } from '../contract.ts';
import { mostBasic, type Violations } from './first.ts';

const MissingParameter = { code: 'MissingParameterValueException', httpStatus: 400 };
const InvalidParameter = { code: 'InvalidParameterValueException', httpStatus: 400 };

export function backupViolation(_operation: string, violations: Violations): AwsError {
  const { rule, path } = mostBasic(violations);
  const name = pathName(path);
  if (rule.kind === 'required') return new AwsError(MissingParameter, `The parameter ${name} is required.`);
  return new AwsError(InvalidParameter, `Invalid value for the parameter ${name}: ${demand(rule)}.`);
}

function demand(rule: Exclude<Violation['rule'], { kind: 'required' }>): string {
  switch (rule.kind) {
    case 'type':
      return `it must be of type ${rule.expected}`;
    case 'minLength':
      return `its length must be at least ${rule.limit}`;
    case 'maxLength':
      return `its length must be at most ${rule.limit}`;
    case 'minValue':
      return `it must be at least ${rule.limit}`;
    case 'maxValue':
      return `it must be at most ${rule.limit}`;
    case 'pattern':
      return `it must match the pattern ${rule.pattern}`;
    case 'enum':
      return `it must be one of ${rule.values.join(', ')}`;
    default:
      return unreachable(rule);
  }
}

/** `BackupPlan.Rules[0].RuleName` */
function pathName(path: Violation['path']): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .slice(1);
}
