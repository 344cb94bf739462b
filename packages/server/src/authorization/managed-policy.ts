/**
 * How a managed policy of AWS is written down here.
 *
 * The contents are our own, in the least form that grants what Holdfast checks: a policy that works here is not a copy
 * of AWS's.
 */

export interface ManagedPolicy {
  readonly arn: string;
  /** ANPA…; fixed, since it is part of the API. */
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly description: string;
  readonly document: string;
}

type Texts = string | readonly string[];

/** Allowed on every resource unless it says otherwise. */
export type Grant = ({ readonly Action: Texts } | { readonly NotAction: Texts }) & {
  readonly Resource?: Texts;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Texts>>>>;
};

const PREFIX = 'arn:aws:iam::aws:policy';
const ID_CHARS = 17;

/** @param number of digits 2 to 7, as unique ids have them; never given twice */
export function managed(
  number: number,
  path: string,
  name: string,
  description: string,
  ...grants: readonly Grant[]
): ManagedPolicy {
  const statements = grants.map((grant) => ({ Effect: 'Allow', Resource: '*', ...grant }));
  return {
    arn: `${PREFIX}${path}${name}`,
    id: `ANPAHOLDFAST${String(number).padStart(ID_CHARS - 'HOLDFAST'.length, 'A')}`,
    name,
    path,
    description,
    document: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
  };
}

export const READ_ORGANIZATION: Grant = { Action: ['organizations:Describe*', 'organizations:List*'] };

/** The right to let a service make its own role in the account. */
export function makeRoleOf(servicePrincipal: string): Grant {
  return {
    Action: 'iam:CreateServiceLinkedRole',
    Resource: 'arn:aws:iam::*:role/aws-service-role/*',
    Condition: { StringEquals: { 'iam:AWSServiceName': servicePrincipal } },
  };
}
