/**
 * Compares effective policies: of one document, of whole organizations, and of one before and after a change.
 *
 * Cost follows the number of different documents, not of accounts: accounts that share the policies on both sides are
 * compared once.
 */
import type { Instant } from '@holdfast/kernel';
import type { EffectiveObject } from '../effective/effective-document.ts';
import { writeEffective } from '../effective/effective-document.ts';
import type { EffectivePolicy } from '../effective/effective-policy.ts';
import type { Change, ChangeRefused } from '../organization/change.ts';
import { type OrganizationEvaluation, reevaluate } from '../organization/evaluate-organization.ts';
import type { ManagementPolicyType } from '../policy-types.ts';
import { backupMeaning } from './backup-meaning.ts';
import type {
  ChangeGroup,
  DocumentDiff,
  Edit,
  Effect,
  OrganizationDiff,
  SemanticChange,
  SemanticChangeKind,
} from './difference.ts';
import { editsBetween, shown } from './edits.ts';

/** `now`: schedules are compared by their runs after it. */
export function diffDocuments(
  type: ManagementPolicyType,
  before: EffectiveObject,
  after: EffectiveObject,
  now: Instant,
): DocumentDiff {
  const edits = editsBetween(before, after);
  return { edits, changes: edits.map((edit) => meaningOf(type, edit, now)) };
}

function meaningOf(type: ManagementPolicyType, edit: Edit, now: Instant): SemanticChange {
  if (type === 'BACKUP_POLICY' && edit.path[0] === 'plans') return backupMeaning(edit, now);
  const name = edit.path.join('/');
  return {
    kind: 'setting-changed',
    path: edit.path,
    effect: edit.before === undefined ? 'strengthens' : 'weakens',
    message: edit.after === undefined ? `${name} is gone` : `${name} is ${shown(edit.after)}`,
    why: edit.before === undefined ? undefined : 'what the type protects by this value is not known here',
    before: shown(edit.before),
    after: shown(edit.after),
    edits: [edit],
  };
}

/** The two must be of the same type. */
export function diffOrganizations(before: OrganizationEvaluation, after: OrganizationEvaluation): OrganizationDiff {
  const known = new Map<EffectivePolicy, Map<EffectivePolicy, PolicyDiff>>();
  const groups = new Map<string, { readonly diff: PolicyDiff; readonly accountIds: string[] }>();
  let unchangedAccounts = 0;
  const removedAccounts: string[] = [];
  for (const accountId of before.accountIds) {
    const [old, now] = [before.policyOf(accountId), after.policyOf(accountId)];
    if (!old) continue;
    if (!now) {
      removedAccounts.push(accountId);
      continue;
    }
    const diff = old === now ? NOTHING : diffOnce(old, now, after.now, known);
    if (diff.changes.length === 0) {
      unchangedAccounts++;
      continue;
    }
    const group = groups.get(diff.key);
    if (group) group.accountIds.push(accountId);
    else groups.set(diff.key, { diff, accountIds: [accountId] });
  }
  const sorted = [...groups.values()]
    .map(
      ({ diff: { edits, changes }, accountIds }): ChangeGroup => ({
        accountIds,
        effect: effectOf(changes),
        edits,
        changes,
      }),
    )
    .toSorted((a, b) => b.accountIds.length - a.accountIds.length);
  return {
    effect: removedAccounts.length > 0 ? 'weakens' : effectOf(sorted),
    groups: sorted,
    changedAccounts: sorted.reduce((sum, { accountIds }) => sum + accountIds.length, 0),
    unchangedAccounts,
    addedAccounts: after.accountIds.filter((id) => before.policyOf(id) === undefined),
    removedAccounts,
  };
}

export type Impact = Readonly<{ ok: true; evaluation: OrganizationEvaluation; diff: OrganizationDiff } | ChangeRefused>;

/** What changes would do, without doing them. */
export function impact(before: OrganizationEvaluation, changes: readonly Change[]): Impact {
  const result = reevaluate(before, changes);
  if (!result.ok) return result;
  return { ok: true, evaluation: result.evaluation, diff: diffOrganizations(before, result.evaluation) };
}

interface PolicyDiff extends DocumentDiff {
  /** The same for the very same differences. */
  readonly key: string;
}

const NOTHING: PolicyDiff = { key: '', edits: [], changes: [] };

function diffOnce(
  before: EffectivePolicy,
  after: EffectivePolicy,
  now: Instant,
  known: Map<EffectivePolicy, Map<EffectivePolicy, PolicyDiff>>,
): PolicyDiff {
  let row = known.get(before);
  if (!row) {
    row = new Map();
    known.set(before, row);
  }
  let diff = row.get(after);
  if (!diff) {
    diff = diffPolicies(before, after, now);
    row.set(after, diff);
  }
  return diff;
}

function diffPolicies(before: EffectivePolicy, after: EffectivePolicy, now: Instant): PolicyDiff {
  const { edits, changes } = diffDocuments(after.type, before.document, after.document, now);
  const validity = validityChange(before, after, edits.length > 0);
  const all = validity ? [validity, ...changes] : changes;
  const key = JSON.stringify([all.map(({ kind, message }) => [kind, message]), edits.map(editKey)]);
  return { key, edits, changes: all };
}

function editKey({ path, before, after }: Edit): readonly unknown[] {
  return [path, before && writeEffective(before), after && writeEffective(after)];
}

/** Errors are part of what changes: they decide whether the document takes effect. */
function validityChange(
  { errors: old }: EffectivePolicy,
  { errors: now }: EffectivePolicy,
  isEdited: boolean,
): SemanticChange | undefined {
  const change = (kind: SemanticChangeKind, effect: Effect, message: string, why?: string): SemanticChange => ({
    kind,
    path: [],
    effect,
    message,
    why,
    before: undefined,
    after: undefined,
    edits: [],
  });
  const named = now.map(({ path, message }) => `${path}: ${message}`).join('; ');
  if (old.length === 0 && now.length > 0) {
    const why = 'the whole new document is withheld; the account stays with its last valid one';
    return change('becomes-invalid', 'weakens', `the effective policy becomes invalid: ${named}`, why);
  }
  if (old.length > 0 && now.length === 0) {
    return change('becomes-valid', 'strengthens', 'the effective policy becomes valid and takes effect');
  }
  if (now.length > 0 && (isEdited || JSON.stringify(old) !== JSON.stringify(now))) {
    const why = 'none of the other changes takes effect until it is valid';
    return change('stays-invalid', 'neutral', `the effective policy stays invalid: ${named}`, why);
  }
  return undefined;
}

function effectOf(parts: readonly { readonly effect: Effect }[]): Effect {
  if (parts.some(({ effect }) => effect === 'weakens')) return 'weakens';
  return parts.some(({ effect }) => effect === 'strengthens') ? 'strengthens' : 'neutral';
}
