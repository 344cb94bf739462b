/**
 * Whether an effective backup policy is complete and free of contradictions.
 *
 * What AWS does not report is not reported here either: cold storage less than 90 days before deletion, cold storage
 * with continuous backup, windows, tags and resources side by side, scan settings without scan actions.
 * Source: organizations spec 5.4, 6.4; recorded rules A.11, B.8.
 */
import type { Instant } from '@holdfast/kernel';
import { contributors, type MergedNode, mergedAt } from '../merge/merged-node.ts';
import { backupRuleConflicts, type Conflict, type LifecycleSettings } from '../schema/backup-rule-conflicts.ts';
import { type EffectiveObject, entriesAt, listAt, objectAt, textAt } from './effective-document.ts';
import { type EffectiveError, type EffectiveErrorCode, united } from './effective-error.ts';

export const RULES_MAX = 10;

export function validateBackup(document: EffectiveObject, state: MergedNode, now: Instant): readonly EffectiveError[] {
  const report = (code: EffectiveErrorCode, path: readonly string[], message: string): EffectiveError => ({
    code,
    message,
    path: path.join('/'),
    contributingPolicies: [...contributors(mergedAt(state, path))],
  });
  const errors = entriesAt(document, 'plans').flatMap(([name, plan]) => [
    ...validatePlan(plan, ['plans', name], now, report),
  ]);
  return united(errors);
}

type Report = (code: EffectiveErrorCode, path: readonly string[], message: string) => EffectiveError;
type Path = readonly string[];

function* validatePlan(plan: EffectiveObject, path: Path, now: Instant, report: Report): Generator<EffectiveError> {
  for (const key of ['regions', 'rules', 'selections']) yield* required(plan, key, path, report);
  const rules = entriesAt(plan, 'rules');
  if (rules.length > RULES_MAX) {
    yield report('ELEMENTS_TOO_MANY', [...path, 'rules'], `'rules' exceeds the allowed maximum limit ${RULES_MAX}`);
  }
  for (const [name, rule] of rules) yield* validateRule(rule, plan, [...path, 'rules', name], now, report);
  for (const [name, selection] of entriesAt(plan, 'selections', 'tags')) {
    const selectionPath = [...path, 'selections', 'tags', name];
    for (const key of ['iam_role_arn', 'tag_key', 'tag_value']) yield* required(selection, key, selectionPath, report);
  }
  for (const [name, selection] of entriesAt(plan, 'selections', 'resources')) {
    const selectionPath = [...path, 'selections', 'resources', name];
    yield* required(selection, 'iam_role_arn', selectionPath, report);
    if (selection.has('resource_types') || !selection.has('conditions')) {
      yield* required(selection, 'resource_types', selectionPath, report);
    }
  }
}

/** A key that must be there and, as a list, must not have been emptied. */
function* required(object: EffectiveObject, key: string, path: Path, report: Report): Generator<EffectiveError> {
  if (!object.has(key)) {
    yield report('KEY_REQUIRED', path, `'${key}' is missing`);
  } else if (listAt(object, key)?.length === 0) {
    yield report('ELEMENTS_TOO_FEW', [...path, key], `'${key}' is less than the allowed minimum limit 1`);
  }
}

function* validateRule(
  rule: EffectiveObject,
  plan: EffectiveObject,
  path: Path,
  now: Instant,
  report: Report,
): Generator<EffectiveError> {
  yield* required(rule, 'target_backup_vault_name', path, report);
  const name = path.at(-1) ?? '';
  const conflicts = backupRuleConflicts(
    {
      scheduleExpression: textAt(rule, 'schedule_expression'),
      enableContinuousBackup: textAt(rule, 'enable_continuous_backup'),
      lifecycle: lifecycleOf(rule),
      copyLifecycles: entriesAt(rule, 'copy_actions').map(([, copy]) => lifecycleOf(copy)),
    },
    now,
  );
  for (const conflict of conflicts) {
    yield report('CROSS_ATTRIBUTE_VALIDATION', path, conflictMessage(dependentFields(conflict), name));
  }
  if (rule.has('scan_actions') && !plan.has('scan_settings')) {
    // AWS prints both as undefined, whichever is there (recorded rules B.8.5).
    const fields = 'scan_actions(undefined),scan_settings(undefined)';
    yield report('CROSS_ATTRIBUTE_VALIDATION', path, conflictMessage(fields, name));
  }
}

function dependentFields(conflict: Conflict): string {
  return conflict.map(([field, value]) => `${field}=${value}`).join(',');
}

function conflictMessage(fields: string, rule: string): string {
  return `Dependent fields ${fields} in policy block ${rule} are invalid when used together`;
}

function lifecycleOf(owner: EffectiveObject): LifecycleSettings {
  const lifecycle = objectAt(owner, 'lifecycle');
  return {
    moveToColdStorageAfterDays: textAt(lifecycle, 'move_to_cold_storage_after_days'),
    deleteAfterDays: textAt(lifecycle, 'delete_after_days'),
    optInToArchive: textAt(lifecycle, 'opt_in_to_archive_for_supported_resources'),
  };
}
