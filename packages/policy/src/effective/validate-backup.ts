/**
 * Whether an effective backup policy is complete and free of contradictions.
 *
 * What AWS does not report is not reported here either: cold storage less than 90 days before deletion, cold storage
 * with continuous backup, windows, tags and resources side by side, scan settings without scan actions.
 * Source: organizations spec 5.4, 6.4; recorded rules A.11, B.8.
 */
import type { Instant } from '@holdfast/kernel';
import { NONE, type Ref } from '../merge/arena.ts';
import { type MergeMemory, NODE, VALUE } from '../merge/merge-memory.ts';
import { contributorsOf, refAt } from '../merge/merged-node.ts';
import {
  type BackupRuleSettings,
  backupRuleConflicts,
  type LifecycleSettings,
} from '../schema/backup-rule-conflicts.ts';
import { type EffectiveError, type EffectiveErrorCode, united } from './effective-error.ts';

export const RULES_MAX = 10;

/** Judges effective policies at one moment; a plan that several of them share is judged once. */
export function backupValidation(now: Instant): (memory: MergeMemory, state: Ref) => readonly EffectiveError[] {
  let validation: BackupValidation | undefined;
  const judge = {};
  return (memory, state) => {
    if (validation?.memory !== memory) validation = new BackupValidation(memory, now, judge);
    return validation.errors(state);
  };
}

const NO_ERRORS: readonly EffectiveError[] = [];

type Path = readonly string[];

/** Reads the merged nodes where they lie: nothing is made for plans in which nothing is wrong. */
class BackupValidation {
  readonly memory: MergeMemory;
  readonly #now: Instant;
  readonly #keys: BackupKeys;
  /** Only what this judge found out may be remembered at the nodes. */
  readonly #isFirstJudge: boolean;
  #plan: Ref = NONE;
  #name = '';
  #errors: EffectiveError[] = [];

  constructor(memory: MergeMemory, now: Instant, judge: object) {
    this.memory = memory;
    this.#now = now;
    this.#keys = keysIn(memory);
    memory.judge ??= judge;
    this.#isFirstJudge = memory.judge === judge;
  }

  errors(state: Ref): readonly EffectiveError[] {
    const { arena } = this.memory;
    const plans = this.memory.child(state, this.#keys.plans);
    if (plans === NONE) return NO_ERRORS;
    let errors = NO_ERRORS;
    const count = arena.get(plans, NODE.childCount);
    for (let at = 0; at < count; at++) {
      const plan = arena.get(plans, NODE.children + at);
      if (this.#isClean(plan) || !this.memory.isKept(plan)) continue;
      const found = this.#known(plan) ?? this.#judged(plan, this.memory.keyAt(plans, at));
      if (found.length > 0) errors = errors.length === 0 ? found : [...errors, ...found];
    }
    return errors;
  }

  #isClean(node: Ref): boolean {
    return this.#isFirstJudge && this.memory.arena.get(node, NODE.finding) === CLEAN;
  }

  #setClean(node: Ref): void {
    if (this.#isFirstJudge) this.memory.arena.set(node, NODE.finding, CLEAN);
  }

  #known(plan: Ref): readonly EffectiveError[] | undefined {
    const finding = this.#isFirstJudge ? this.memory.arena.get(plan, NODE.finding) : 0;
    return finding === 0 ? undefined : this.memory.findings.at(finding - 1);
  }

  #judged(plan: Ref, name: string): readonly EffectiveError[] {
    this.#plan = plan;
    this.#name = name;
    this.#errors = [];
    this.#judge();
    if (this.#errors.length === 0) {
      this.#setClean(plan);
      return NO_ERRORS;
    }
    const errors = united(this.#errors);
    // What memories based on the same one find out has numbers of their own.
    if (this.#isFirstJudge && !this.memory.arena.isOfBase(plan)) {
      this.memory.arena.set(plan, NODE.finding, this.memory.findings.add(errors) + 1);
    }
    return errors;
  }

  #judge(): void {
    const keys = this.#keys;
    for (const key of keys.ofPlan) this.#require(this.#plan, key, NO_PATH);
    const rules = this.memory.child(this.#plan, keys.rules);
    if (this.#entryCount(rules) > RULES_MAX) {
      this.#report('ELEMENTS_TOO_MANY', ['rules'], `'rules' exceeds the allowed maximum limit ${RULES_MAX}`);
    }
    this.#eachNewEntry(rules, (rule, name) => this.#rule(rule, name));
    const selections = this.memory.child(this.#plan, keys.selections);
    if (selections === NONE) return;
    this.#eachNewEntry(this.memory.child(selections, keys.tags), (selection, name) => {
      for (const key of keys.ofTagSelection) this.#require(selection, key, ['selections', 'tags', name]);
    });
    this.#eachNewEntry(this.memory.child(selections, keys.resources), (selection, name) => {
      const path = ['selections', 'resources', name];
      this.#require(selection, keys.role, path);
      if (this.#has(selection, keys.types.key) || !this.#has(selection, keys.conditions)) {
        this.#require(selection, keys.types, path);
      }
    });
  }

  /** A key that must be there and, as a list, must not have been emptied. */
  #require(owner: Ref, { key, name }: RequiredKey, path: Path): void {
    const { arena } = this.memory;
    const node = this.memory.child(owner, key);
    if (!this.memory.isKept(node)) {
      this.#report('KEY_REQUIRED', path, `'${name}' is missing`);
      return;
    }
    const value = arena.get(node, NODE.value);
    if (value !== NONE && arena.get(value, VALUE.isList) === 1 && arena.get(value, VALUE.textCount) === 0) {
      this.#report('ELEMENTS_TOO_FEW', [...path, name], `'${name}' is less than the allowed minimum limit 1`);
    }
  }

  #rule(rule: Ref, name: string): void {
    this.#require(rule, this.#keys.vault, ['rules', name]);
    this.#conflicts(rule, name);
    this.#scanning(rule, name);
  }

  /** The only rule about a rule that needs its plan. */
  #scanning(rule: Ref, name: string): void {
    if (!this.#has(rule, this.#keys.scanActions) || this.#has(this.#plan, this.#keys.scanSettings)) return;
    // AWS prints both as undefined, whichever is there (recorded rules B.8.5).
    const fields = 'scan_actions(undefined),scan_settings(undefined)';
    this.#report('CROSS_ATTRIBUTE_VALIDATION', ['rules', name], conflictMessage(fields, name));
  }

  #conflicts(rule: Ref, name: string): void {
    for (const conflict of backupRuleConflicts(this.#settingsOf(rule), this.#now)) {
      const fields = conflict.map(([field, value]) => `${field}=${value}`).join(',');
      this.#report('CROSS_ATTRIBUTE_VALIDATION', ['rules', name], conflictMessage(fields, name));
    }
  }

  #settingsOf(rule: Ref): BackupRuleSettings {
    const keys = this.#keys;
    const copyLifecycles: LifecycleSettings[] = [];
    this.#eachEntry(this.memory.child(rule, keys.copies), (copy) => {
      const lifecycle = this.memory.child(copy, keys.lifecycle);
      if (lifecycle !== NONE) copyLifecycles.push(this.#lifecycleOf(lifecycle));
    });
    return {
      scheduleExpression: this.#text(rule, keys.schedule),
      enableContinuousBackup: this.#text(rule, keys.continuous),
      lifecycle: this.#lifecycleOf(this.memory.child(rule, keys.lifecycle)),
      copyLifecycles,
    };
  }

  #lifecycleOf(lifecycle: Ref): LifecycleSettings {
    const keys = this.#keys;
    return {
      moveToColdStorageAfterDays: this.#text(lifecycle, keys.cold),
      deleteAfterDays: this.#text(lifecycle, keys.deletion),
      optInToArchive: this.#text(lifecycle, keys.archive),
    };
  }

  #text(owner: Ref, key: number): string | undefined {
    return owner === NONE ? undefined : this.memory.singleText(this.memory.child(owner, key));
  }

  #has(owner: Ref, key: number): boolean {
    return this.memory.isKept(this.memory.child(owner, key));
  }

  /** Containers that appear in the document. */
  #eachEntry(owner: Ref, visit: (entry: Ref, at: number) => void): void {
    if (owner === NONE) return;
    const { arena } = this.memory;
    const count = arena.get(owner, NODE.childCount);
    for (let at = 0; at < count; at++) {
      const node = arena.get(owner, NODE.children + at);
      if (this.memory.isKept(node) && arena.get(node, NODE.value) === NONE) visit(node, at);
    }
  }

  /** Those that were not found clean already, in whatever plan; what is found clean in this one is remembered. */
  #eachNewEntry(owner: Ref, visit: (entry: Ref, key: string) => void): void {
    this.#eachEntry(owner, (entry, at) => {
      if (this.#isClean(entry)) return;
      const errorsBefore = this.#errors.length;
      visit(entry, this.memory.keyAt(owner, at));
      const isOfPlanToo = this.#has(entry, this.#keys.scanActions);
      if (this.#errors.length === errorsBefore && !isOfPlanToo) this.#setClean(entry);
    });
  }

  #entryCount(owner: Ref): number {
    let count = 0;
    this.#eachEntry(owner, () => count++);
    return count;
  }

  #report(code: EffectiveErrorCode, path: Path, message: string): void {
    const at = refAt(this.memory, this.#plan, path);
    this.#errors.push({
      code,
      message,
      path: ['plans', this.#name, ...path].join('/'),
      contributingPolicies: at === NONE ? [] : [...contributorsOf(this.memory, at)],
    });
  }
}

/** At a node in which nothing is wrong: of `findings` the first, which is empty. */
const CLEAN = 1;
const NO_PATH: Path = [];

interface RequiredKey {
  readonly key: number;
  readonly name: string;
}

type BackupKeys = ReturnType<typeof keysIn>;

/** The numbers of the keys that validation looks at. */
function keysIn({ keys }: MergeMemory) {
  const required = (name: string): RequiredKey => ({ key: keys.intern(name), name });
  const role = required('iam_role_arn');
  return {
    plans: keys.intern('plans'),
    rules: keys.intern('rules'),
    selections: keys.intern('selections'),
    ofPlan: ['regions', 'rules', 'selections'].map(required),
    tags: keys.intern('tags'),
    ofTagSelection: [role, required('tag_key'), required('tag_value')],
    resources: keys.intern('resources'),
    role,
    types: required('resource_types'),
    conditions: keys.intern('conditions'),
    vault: required('target_backup_vault_name'),
    scanActions: keys.intern('scan_actions'),
    scanSettings: keys.intern('scan_settings'),
    copies: keys.intern('copy_actions'),
    lifecycle: keys.intern('lifecycle'),
    schedule: keys.intern('schedule_expression'),
    continuous: keys.intern('enable_continuous_backup'),
    cold: keys.intern('move_to_cold_storage_after_days'),
    deletion: keys.intern('delete_after_days'),
    archive: keys.intern('opt_in_to_archive_for_supported_resources'),
  };
}

function conflictMessage(fields: string, rule: string): string {
  return `Dependent fields ${fields} in policy block ${rule} are invalid when used together`;
}
