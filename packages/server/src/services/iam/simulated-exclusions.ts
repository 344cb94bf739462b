/**
 * `PolicyExclusionList` of SimulatePrincipalPolicy: what would be if some of the policies did not hang there.
 *
 * What fits nothing excludes nothing; resource control policies take no part anyway.
 * Source: the IAM API reference, PolicyIdentifier.
 */
import type { SimulatePrincipalPolicyRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { compileTemplate } from '../../authorization/template.ts';
import { invalidInput } from './errors.ts';
import type { Simulated, SimulatedSource } from './simulated-policies.ts';

type Identifier = NonNullable<Checked<SimulatePrincipalPolicyRequest>['PolicyExclusionList']>[number];

/** @throws InvalidInput */
export function withoutExcluded(
  source: SimulatedSource,
  identifiers: readonly Identifier[] | null | undefined,
): SimulatedSource {
  return (identifiers ?? []).reduce(without, source);
}

function without(source: SimulatedSource, identifier: Identifier): SimulatedSource {
  const { PolicyType: type, PolicyArn: arn, InlinePolicyIdentifier: inline } = identifier;
  if (type) return withoutType(source, type);
  if (arn) return withoutThose(source, ofArn(arn));
  if (inline) return withoutThose(source, ofInline(inline));
  throw invalidInput('Each of PolicyExclusionList names a type, an ARN or an inline policy.');
}

function withoutType(source: SimulatedSource, type: NonNullable<Identifier['PolicyType']>): SimulatedSource {
  switch (type) {
    case 'aws-managed':
      return withoutThose(source, isOfAws);
    case 'user-managed':
      return withoutThose(source, (policy) => isManaged(policy) && !isOfAws(policy));
    case 'inline':
      return withoutThose(source, (policy) => !isManaged(policy));
    case 'permission-boundary':
      return { ...source, boundary: undefined };
    case 'scp':
      return { ...source, serviceControl: undefined };
    case 'rcp':
      return source;
  }
}

type Test = (policy: Simulated) => boolean;
const isManaged: Test = ({ origin: { policy } }) => policy.startsWith('arn:');
const isOfAws: Test = ({ origin: { policy } }) => policy.startsWith('arn:aws:iam::aws:policy/');

function withoutThose(source: SimulatedSource, isExcluded: Test): SimulatedSource {
  return { ...source, identity: source.identity.filter((policy) => !isExcluded(policy)) };
}

const POLICY_ARN = /^arn:aws:iam::(?:aws|\d{12}):policy\/[^*?]*(?:[*?][^/]*)?$/;

function ofArn(arn: string): Test {
  if (!POLICY_ARN.test(arn)) throw invalidInput(`${arn} is not the ARN of a managed policy.`);
  const fits = wildcards(arn);
  return ({ origin: { policy } }) => fits(policy);
}

function ofInline({
  PolicyName: name,
  AttachmentType: kind,
  AttachmentName: holder,
}: NonNullable<Identifier['InlinePolicyIdentifier']>): Test {
  const fits = wildcards(`${kind} ${holder}`.toLowerCase());
  return ({ origin: { policy, on } }) => policy === name && fits(on.toLowerCase());
}

/** At most one `*`, any number of `?`. */
function wildcards(pattern: string): (value: string) => boolean {
  if (pattern.split('*').length > 2) throw invalidInput(`${pattern} has more than one *.`);
  const matches = compileTemplate(pattern, { variables: false, wildcards: true });
  return (value) => matches(value, () => undefined);
}
