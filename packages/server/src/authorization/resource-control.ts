/**
 * Resource control policies: which requests they take part in, and what one may say.
 *
 * AWS lets a list of services take part, STS among them; AWS Backup is not on it and is here, since vaults are what
 * this installation has to protect. Its own RCPFullAWSAccess alone allows; policies of customers only deny.
 * Source: Organizations user guide, "resource control policies" and "RCP syntax"; organizations spec 11.
 */
import { PolicyProblem, readPolicy } from './policy-document.ts';

/** The first parts of actions. */
const CONTROLLED_SERVICES: ReadonlySet<string> = new Set([
  'aoss',
  'backup',
  'cognito-identity',
  'cognito-idp',
  'dynamodb',
  'ecr',
  'kms',
  'logs',
  's3',
  'secretsmanager',
  'sqs',
  'sts',
]);

/** Actions without a resource of their own take no part. */
export function isResourceControlled(action: string, resource: string): boolean {
  return resource !== '*' && CONTROLLED_SERVICES.has(serviceOf(action));
}

function serviceOf(action: string): string {
  return (action.split(':', 1)[0] ?? '').toLowerCase();
}

/** Why the document is refused; undefined when it is understood. */
export function problemOfResourceControl(text: string): string | undefined {
  try {
    readPolicy(text, 'resource');
  } catch (error) {
    if (error instanceof PolicyProblem) return error.message;
    throw error;
  }
  // INVARIANT: it was read without a problem, so its members have the types that the grammar gives them.
  const { Statement: statement } = JSON.parse(text) as { Statement: unknown };
  for (const one of listOf(statement) as Readonly<Record<string, unknown>>[]) {
    const problem = problemOfStatement(one);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function problemOfStatement(statement: Readonly<Record<string, unknown>>): string | undefined {
  const { Effect: effect, Principal: principal, Action: actions, NotAction: notActions } = statement;
  if (effect !== 'Deny') return 'A resource control policy can only deny.';
  if (principal !== '*') return 'The Principal of a resource control policy must be "*".';
  if (notActions !== undefined) return 'A resource control policy cannot have NotAction.';
  const foreign = listOf(actions)
    .map(String)
    .find((action) => !CONTROLLED_SERVICES.has(serviceOf(action)));
  return foreign === undefined ? undefined : `Resource control policies do not take part in ${foreign}.`;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
