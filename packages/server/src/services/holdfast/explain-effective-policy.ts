/** Why an account's effective policy is as it is, or would be after changes. Nothing is changed. */
import { present } from '@holdfast/kernel';
import { explain, reevaluate, writeEffective } from '@holdfast/policy';
import { type ReadCall, readingOperation } from '../operation.ts';
import { ExplainEffectivePolicy$, type ExplainInput } from './model.ts';
import { changesOf, evaluateLiving, invalid } from './what-if.ts';

interface Output {
  readonly TargetId: string;
  readonly PolicyContent: string;
  /** JSON. */
  readonly Explanation: string;
}

export const explainEffectivePolicy = readingOperation(
  ExplainEffectivePolicy$,
  async (input: ExplainInput, call: ReadCall): Promise<Output> => {
    const { PolicyType: type, TargetId: accountId, Path: path = '', Changes: written = [] } = input;
    const before = await evaluateLiving(call, type);
    const result = reevaluate(before, changesOf(written, before));
    if (!result.ok) throw invalid(`The change cannot be made: ${result.problem}.`);
    const explanation = explain(result.evaluation, accountId, path);
    if (!explanation) throw invalid(`There is no account ${JSON.stringify(accountId)} in the organization.`);
    const policy = present(result.evaluation.policyOf(accountId), 'the effective policy of an account');
    return {
      TargetId: accountId,
      PolicyContent: writeEffective(policy.document),
      Explanation: JSON.stringify(explanation),
    };
  },
);
