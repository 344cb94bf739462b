/**
 * Whether an effective backup policy is complete and free of contradictions.
 *
 * What AWS does not report is not reported here either: cold storage less than 90 days before deletion, cold storage
 * with continuous backup, windows, tags and resources side by side, scan settings without scan actions.
 * Source: organizations spec 5.4, 6.4; recorded rules A.11, B.8.
 */
import type { Instant } from '@holdfast/kernel';
import { contributors, type Finding, type MergedNode, mergedAt, NO_CHILDREN } from '../merge/merged-node.ts';
import {
  type BackupRuleSettings,
  backupRuleConflicts,
  type LifecycleSettings,
} from '../schema/backup-rule-conflicts.ts';
import { type EffectiveError, type EffectiveErrorCode, united } from './effective-error.ts';

export const RULES_MAX = 10;

/** Judges effective policies at one moment; a plan that several of them share is judged once. */
export function backupValidation(now: Instant): (state: MergedNode) => readonly EffectiveError[] {
  const judge = {};
  const clean: Finding = { by: judge, errors: NO_ERRORS };
  return (state) => {
    let errors = NO_ERRORS;
    const plans = mergedAt(state, ['plans'])?.children ?? NO_CHILDREN;
    for (let at = 0; at < plans.nodes.length; at++) {
      const plan = plans.nodes[at];
      if (!plan || plan.isPruned) continue;
      if (plan.finding?.by !== judge) {
        const errors = new PlanValidation(plans.list.keys[at] ?? '', plan, now, clean).errors();
        plan.finding = errors.length === 0 ? clean : { by: judge, errors };
      }
      if (plan.finding.errors.length > 0) errors = [...errors, ...plan.finding.errors];
    }
    return errors;
  };
}

const NO_ERRORS: readonly EffectiveError[] = [];

type Path = readonly string[];

/** One plan, read from the merged nodes themselves: nothing is made for plans in which nothing is wrong. */
class PlanValidation {
  readonly #name: string;
  readonly #plan: MergedNode;
  readonly #now: Instant;
  /** Left at rules in which nothing is wrong, which many plans share. */
  readonly #clean: Finding;
  #errors: EffectiveError[] | undefined;

  constructor(name: string, plan: MergedNode, now: Instant, clean: Finding) {
    this.#clean = clean;
    this.#name = name;
    this.#plan = plan;
    this.#now = now;
  }

  errors(): readonly EffectiveError[] {
    const plan = this.#plan;
    for (const key of PLAN_KEYS) this.#require(plan, key, []);
    const rules = plan.children.get('rules');
    if (entryCount(rules) > RULES_MAX) {
      this.#report('ELEMENTS_TOO_MANY', ['rules'], `'rules' exceeds the allowed maximum limit ${RULES_MAX}`);
    }
    eachEntry(rules, (rule, name) => this.#rule(rule, name));
    const selections = plan.children.get('selections');
    eachEntry(selections?.children.get('tags'), (selection, name) => {
      for (const key of TAG_SELECTION_KEYS) this.#require(selection, key, ['selections', 'tags', name]);
    });
    eachEntry(selections?.children.get('resources'), (selection, name) => {
      const path = ['selections', 'resources', name];
      this.#require(selection, 'iam_role_arn', path);
      if (kept(selection, 'resource_types') || !kept(selection, 'conditions')) {
        this.#require(selection, 'resource_types', path);
      }
    });
    return this.#errors ? united(this.#errors) : NO_ERRORS;
  }

  /** A key that must be there and, as a list, must not have been emptied. */
  #require(owner: MergedNode, key: string, path: Path): void {
    const node = kept(owner, key);
    if (!node) {
      this.#report('KEY_REQUIRED', path, `'${key}' is missing`);
    } else if (node.value?.kind === 'list' && node.value.texts.length === 0) {
      this.#report('ELEMENTS_TOO_FEW', [...path, key], `'${key}' is less than the allowed minimum limit 1`);
    }
  }

  #rule(rule: MergedNode, name: string): void {
    if (rule.finding === this.#clean) return;
    const errorsBefore = this.#errors?.length ?? 0;
    this.#ruleByItself(rule, name);
    if (kept(rule, 'scan_actions')) this.#scanning(name);
    else if ((this.#errors?.length ?? 0) === errorsBefore) rule.finding = this.#clean;
  }

  /** The only rule about a rule that needs its plan. */
  #scanning(name: string): void {
    if (kept(this.#plan, 'scan_settings')) return;
    // AWS prints both as undefined, whichever is there (recorded rules B.8.5).
    const fields = 'scan_actions(undefined),scan_settings(undefined)';
    this.#report('CROSS_ATTRIBUTE_VALIDATION', ['rules', name], conflictMessage(fields, name));
  }

  #ruleByItself(rule: MergedNode, name: string): void {
    const path = ['rules', name];
    this.#require(rule, 'target_backup_vault_name', path);
    for (const conflict of backupRuleConflicts(settingsOf(rule), this.#now)) {
      const fields = conflict.map(([field, value]) => `${field}=${value}`).join(',');
      this.#report('CROSS_ATTRIBUTE_VALIDATION', path, conflictMessage(fields, name));
    }
  }

  #report(code: EffectiveErrorCode, path: Path, message: string): void {
    this.#errors ??= [];
    this.#errors.push({
      code,
      message,
      path: ['plans', this.#name, ...path].join('/'),
      contributingPolicies: [...contributors(mergedAt(this.#plan, path))],
    });
  }
}

const PLAN_KEYS = ['regions', 'rules', 'selections'];
const TAG_SELECTION_KEYS = ['iam_role_arn', 'tag_key', 'tag_value'];

function conflictMessage(fields: string, rule: string): string {
  return `Dependent fields ${fields} in policy block ${rule} are invalid when used together`;
}

/** The child if it appears in the effective document. */
function kept(owner: MergedNode, key: string): MergedNode | undefined {
  const node = owner.children.get(key);
  return node?.isPruned === false ? node : undefined;
}

/** Containers that appear in the document. */
function eachEntry(owner: MergedNode | undefined, visit: (entry: MergedNode, key: string) => void): void {
  const { list, nodes } = owner?.children ?? NO_CHILDREN;
  for (let at = 0; at < nodes.length; at++) {
    const node = nodes[at];
    if (node && !node.isPruned && !node.value) visit(node, list.keys[at] ?? '');
  }
}

function entryCount(owner: MergedNode | undefined): number {
  let count = 0;
  eachEntry(owner, () => count++);
  return count;
}

function settingsOf(rule: MergedNode): BackupRuleSettings {
  const copyLifecycles: LifecycleSettings[] = [];
  eachEntry(rule.children.get('copy_actions'), (copy) => {
    const lifecycle = copy.children.get('lifecycle');
    if (lifecycle) copyLifecycles.push(lifecycleOf(lifecycle));
  });
  return {
    scheduleExpression: textOf(rule, 'schedule_expression'),
    enableContinuousBackup: textOf(rule, 'enable_continuous_backup'),
    lifecycle: lifecycleOf(rule.children.get('lifecycle')),
    copyLifecycles,
  };
}

function lifecycleOf(lifecycle: MergedNode | undefined): LifecycleSettings {
  if (!lifecycle) return NO_LIFECYCLE;
  return {
    moveToColdStorageAfterDays: textOf(lifecycle, 'move_to_cold_storage_after_days'),
    deleteAfterDays: textOf(lifecycle, 'delete_after_days'),
    optInToArchive: textOf(lifecycle, 'opt_in_to_archive_for_supported_resources'),
  };
}

const NO_LIFECYCLE: LifecycleSettings = {
  moveToColdStorageAfterDays: undefined,
  deleteAfterDays: undefined,
  optInToArchive: undefined,
};

function textOf(owner: MergedNode, key: string): string | undefined {
  const value = owner.children.get(key)?.value;
  return value?.kind === 'single' ? value.text : undefined;
}
