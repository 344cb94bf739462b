/** What changes would do to every account's effective policy. Nothing is changed. */
import { type Edit, type EffectiveValue, impact, writeEffective } from '@holdfast/policy';
import { type ReadCall, readingOperation } from '../operation.ts';
import { type PreviewInput, PreviewPolicyChange$ } from './model.ts';
import { changesOf, evaluateLiving, invalid } from './what-if.ts';

interface Output {
  readonly Effect: string;
  readonly ChangedAccounts: number;
  readonly UnchangedAccounts: number;
  /** JSON. */
  readonly Groups: string;
}

export const previewPolicyChange = readingOperation(
  PreviewPolicyChange$,
  async ({ PolicyType: type, Changes: written }: PreviewInput, call: ReadCall): Promise<Output> => {
    const before = await evaluateLiving(call, type);
    const result = impact(before, changesOf(written, before));
    if (!result.ok) throw invalid(`The change cannot be made: ${result.problem}.`);
    const { effect, changedAccounts, unchangedAccounts, groups } = result.diff;
    return {
      Effect: effect.toUpperCase(),
      ChangedAccounts: changedAccounts,
      UnchangedAccounts: unchangedAccounts,
      Groups: JSON.stringify(
        groups.map(({ accountIds, effect: ofGroup, changes, edits }) => ({
          accountIds,
          effect: ofGroup,
          changes: changes.map(({ edits: _, ...change }) => change),
          edits: edits.map(plainEdit),
        })),
      ),
    };
  },
);

/** Parts of effective documents are maps; JSON knows objects. */
function plainEdit({ path, before, after }: Edit): unknown {
  return { path, before: plain(before), after: plain(after) };
}

function plain(value: EffectiveValue | undefined): unknown {
  return value === undefined ? undefined : JSON.parse(writeEffective(value));
}
