/**
 * Whether an effective backup policy is complete and free of contradictions.
 *
 * What AWS does not report is not reported here either: cold storage less than 90 days before deletion, cold storage
 * with continuous backup, windows, tags and resources side by side, scan settings without scan actions.
 * Source: organizations spec 5.4, 6.4; recorded rules A.11, B.8.
 */
import type { Instant } from '@holdfast/kernel';
import { NONE, positionIn, type Ref } from '../merge/arena.ts';
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
  #path: Path = NO_PATH;
  #container: Ref = NONE;
  #position = 0;

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
    const words = arena.chunkOf(plans);
    const first = positionIn(plans) + NODE.children;
    const count = arena.get(plans, NODE.childCount);
    for (let at = 0; at < count; at++) {
      const plan = words[first + at] ?? NONE;
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
    this.#enter(NO_PATH, NONE, 0);
    for (const key of keys.ofPlan) this.#require(this.#plan, key);
    const rules = this.memory.child(this.#plan, keys.rules);
    this.#rules(rules);
    const selections = this.memory.child(this.#plan, keys.selections);
    this.#selections(this.memory.child(selections, keys.tags), TAG_SELECTIONS);
    this.#selections(this.memory.child(selections, keys.resources), RESOURCE_SELECTIONS);
  }

  #rules(rules: Ref): void {
    if (this.#entryCount(rules) > RULES_MAX) {
      this.#enter(RULES, NONE, 0);
      this.#report('ELEMENTS_TOO_MANY', `'rules' exceeds the allowed maximum limit ${RULES_MAX}`);
    }
    for (let at = 0; at < this.#childCount(rules); at++) {
      const rule = this.#entryAt(rules, at);
      if (rule === NONE || this.#isClean(rule)) continue;
      this.#enter(RULES, rules, at);
      const errorsBefore = this.#errors.length;
      this.#require(rule, this.#keys.vault);
      if (this.#mayConflict(rule)) this.#conflicts(rule);
      if (this.#has(rule, this.#keys.scanActions)) this.#scanning();
      // Scanning is the only rule about a rule that needs its plan.
      else if (this.#errors.length === errorsBefore) this.#setClean(rule);
    }
  }

  #selections(selections: Ref, path: Path): void {
    const keys = this.#keys;
    for (let at = 0; at < this.#childCount(selections); at++) {
      const selection = this.#entryAt(selections, at);
      if (selection === NONE || this.#isClean(selection)) continue;
      this.#enter(path, selections, at);
      const errorsBefore = this.#errors.length;
      if (path === TAG_SELECTIONS) for (const key of keys.ofTagSelection) this.#require(selection, key);
      else this.#resources(selection);
      if (this.#errors.length === errorsBefore) this.#setClean(selection);
    }
  }

  #resources(selection: Ref): void {
    const { role, types, conditions } = this.#keys;
    this.#require(selection, role);
    if (this.#has(selection, types.key) || !this.#has(selection, conditions)) this.#require(selection, types);
  }

  /** What is looked at now, for what may be found there: the plan, an entry of a container, or a path alone. */
  #enter(path: Path, container: Ref, position: number): void {
    this.#path = path;
    this.#container = container;
    this.#position = position;
  }

  /** A key that must be there and, as a list, must not have been emptied. */
  #require(owner: Ref, { key, name }: RequiredKey): void {
    const { arena } = this.memory;
    const node = this.memory.child(owner, key);
    if (!this.memory.isKept(node)) {
      this.#report('KEY_REQUIRED', `'${name}' is missing`);
      return;
    }
    const value = arena.get(node, NODE.value);
    if (value !== NONE && arena.get(value, VALUE.isList) === 1 && arena.get(value, VALUE.textCount) === 0) {
      this.#report('ELEMENTS_TOO_FEW', `'${name}' is less than the allowed minimum limit 1`, name);
    }
  }

  #scanning(): void {
    if (this.#has(this.#plan, this.#keys.scanSettings)) return;
    // AWS prints both as undefined, whichever is there (recorded rules B.8.5).
    const fields = 'scan_actions(undefined),scan_settings(undefined)';
    this.#report('CROSS_ATTRIBUTE_VALIDATION', conflictMessage(fields, this.#entryName()));
  }

  /** Only archiving and continuous backup are in conflict with anything, and most rules have neither. */
  #mayConflict(rule: Ref): boolean {
    const { continuous, lifecycle, archive, copies } = this.#keys;
    if (this.#isTrue(rule, continuous) || this.#isTrue(this.memory.child(rule, lifecycle), archive)) return true;
    const actions = this.memory.child(rule, copies);
    for (let at = 0; at < this.#childCount(actions); at++) {
      const copy = this.memory.arena.get(actions, NODE.children + at);
      if (this.#isTrue(this.memory.child(copy, lifecycle), archive)) return true;
    }
    return false;
  }

  #conflicts(rule: Ref): void {
    const name = this.#entryName();
    for (const conflict of backupRuleConflicts(this.#settingsOf(rule), this.#now)) {
      const fields = conflict.map(([field, value]) => `${field}=${value}`).join(',');
      this.#report('CROSS_ATTRIBUTE_VALIDATION', conflictMessage(fields, name));
    }
  }

  #settingsOf(rule: Ref): BackupRuleSettings {
    const keys = this.#keys;
    const copies = this.memory.child(rule, keys.copies);
    const copyLifecycles: LifecycleSettings[] = [];
    for (let at = 0; at < this.#childCount(copies); at++) {
      const lifecycle = this.memory.child(this.#entryAt(copies, at), keys.lifecycle);
      if (lifecycle !== NONE) copyLifecycles.push(this.#lifecycleOf(lifecycle));
    }
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

  #isTrue(owner: Ref, key: number): boolean {
    const node = this.memory.child(owner, key);
    const value = node === NONE ? NONE : this.memory.arena.get(node, NODE.value);
    return value !== NONE && this.memory.arena.get(value, VALUE.numbers) === this.#keys.true;
  }

  #childCount(owner: Ref): number {
    return owner === NONE ? 0 : this.memory.arena.get(owner, NODE.childCount);
  }

  /** A container that appears in the document; NONE if there is something else. */
  #entryAt(owner: Ref, at: number): Ref {
    const { arena } = this.memory;
    const node = arena.get(owner, NODE.children + at);
    return arena.get(node, NODE.value) === NONE && arena.get(node, NODE.keptCount) > 0 ? node : NONE;
  }

  #entryCount(owner: Ref): number {
    let count = 0;
    for (let at = 0; at < this.#childCount(owner); at++) if (this.#entryAt(owner, at) !== NONE) count++;
    return count;
  }

  #entryName(): string {
    return this.memory.keyAt(this.#container, this.#position);
  }

  /** `key`: where the fault is in a setting of what is looked at. */
  #report(code: EffectiveErrorCode, message: string, key?: string): void {
    const entry = this.#container === NONE ? [] : [this.#entryName()];
    const path = [...this.#path, ...entry, ...(key === undefined ? [] : [key])];
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
const RULES: Path = ['rules'];
const TAG_SELECTIONS: Path = ['selections', 'tags'];
const RESOURCE_SELECTIONS: Path = ['selections', 'resources'];

interface RequiredKey {
  readonly key: number;
  readonly name: string;
}

type BackupKeys = ReturnType<typeof keysIn>;

/** The numbers of the keys that validation looks at. */
function keysIn({ keys, texts }: MergeMemory) {
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
    true: texts.intern('true'),
    archive: keys.intern('opt_in_to_archive_for_supported_resources'),
  };
}

function conflictMessage(fields: string, rule: string): string {
  return `Dependent fields ${fields} in policy block ${rule} are invalid when used together`;
}
