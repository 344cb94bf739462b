/**
 * What edits of an effective backup policy mean for protection.
 *
 * Conservative: what protects less, or may, is `weakens`, and says why. Each setting of the backup schema has a line in
 * the table below; a test holds that.
 * Source: organizations spec 5, spec backup 3.4, 3.5.
 */
import type { Instant } from '@holdfast/kernel';
import { type EffectiveValue, isEffectiveList, isEffectiveObject } from '../effective/effective-document.ts';
import { cadenceOf } from './cadence.ts';
import type { Edit, Effect, SemanticChange, SemanticChangeKind } from './difference.ts';
import { shown } from './edits.ts';

/** One kind, effect and sentence for an edit or for a part of it. */
type Meaning = Omit<SemanticChange, 'path' | 'edits' | 'before' | 'after'>;

export function backupMeaning(edit: Edit, now: Instant): SemanticChange {
  const [, plan = '', section = '', ...rest] = edit.path;
  const meaning = meaningOf({ edit, plan, section, rest, now });
  return { ...meaning, path: edit.path, before: shown(edit.before), after: shown(edit.after), edits: [edit] };
}

interface Place {
  readonly edit: Edit;
  readonly plan: string;
  readonly section: string;
  /** Keys below the section. */
  readonly rest: readonly string[];
  readonly now: Instant;
}

function meaningOf(place: Place): Meaning {
  const { edit, plan, section, rest } = place;
  if (section === '') {
    return plan === '' ? partsMeaning('plan', 'all plans', edit) : partMeaning('plan', `plan ${plan}`, edit);
  }
  switch (section) {
    case 'regions':
      return listMeaning('region', `plan ${plan}`, edit);
    case 'rules':
      return ruleMeaning(place);
    case 'selections':
      return selectionMeaning(place);
    case 'scan_settings':
      return changed('scanning-changed', `what is scanned for malware in plan ${plan}`, edit);
    default:
      return neutral('option-changed', `${[section, ...rest].join('/')} of plan ${plan}`, edit);
  }
}

function ruleMeaning({ edit, plan, rest, now }: Place): Meaning {
  const [rule = '', setting = '', ...below] = rest;
  const of = `rule ${rule} of plan ${plan}`;
  if (rule === '') return partsMeaning('rule', `all rules of plan ${plan}`, edit);
  switch (setting) {
    case '':
      return partMeaning('rule', of, edit);
    case 'schedule_expression':
      return scheduleMeaning(of, edit, now);
    case 'lifecycle':
      return lifecycleMeaning(below, of, edit);
    case 'copy_actions':
      return copyMeaning(below, of, edit);
    case 'target_backup_vault_name':
      return changed('vault-changed', `the vault of ${of}`, edit, VAULT_WHY);
    case 'target_logically_air_gapped_backup_vault_arn':
      return presenceOf(edit, 'vault-changed', `the air-gapped vault of ${of}`);
    case 'start_backup_window_minutes':
    case 'complete_backup_window_minutes':
      return windowMeaning(setting, of, edit);
    case 'enable_continuous_backup':
      return continuousMeaning(of, edit);
    case 'scan_actions':
      return changed('scanning-changed', `how recovery points of ${of} are scanned for malware`, edit);
    default:
      return neutral('option-changed', `${[setting, ...below].join('/')} of ${of}`, edit);
  }
}

const VAULT_WHY = 'whether the other vault is locked, shared or exists at all cannot be told from the policy';

function partMeaning(part: 'plan' | 'rule' | 'copy' | 'selection', what: string, edit: Edit): Meaning {
  const isNew = edit.before === undefined;
  const kind: SemanticChangeKind = `${part}-${isNew ? 'added' : 'removed'}`;
  const message = `${what} ${isNew ? 'appears' : 'disappears'}`;
  return { kind, effect: isNew ? 'strengthens' : 'weakens', message, why: undefined };
}

/** The same of all parts of a kind at once. */
function partsMeaning(part: 'plan' | 'rule' | 'copy' | 'selection', what: string, edit: Edit): Meaning {
  const message = `${what} ${edit.before === undefined ? 'appear' : 'disappear'}`;
  return { ...partMeaning(part, what, edit), message };
}

/** Items of a list of which each is another place or thing protected. */
function listMeaning(part: 'region' | 'resources', what: string, { before, after }: Edit): Meaning {
  const [old, now] = [itemsOf(before), itemsOf(after)];
  const lost = old.filter((item) => !now.includes(item));
  const won = now.filter((item) => !old.includes(item));
  const words = [
    ...(lost.length > 0 ? [`loses ${lost.join(', ')}`] : []),
    ...(won.length > 0 ? [`gains ${won.join(', ')}`] : []),
  ];
  const kind: SemanticChangeKind = `${part}-${lost.length > 0 ? 'removed' : 'added'}`;
  if (words.length === 0)
    return { kind, effect: 'neutral', message: `${what} lists the same in another order`, why: undefined };
  return {
    kind,
    effect: lost.length > 0 ? 'weakens' : 'strengthens',
    message: `${what} ${words.join(' and ')}`,
    why: undefined,
  };
}

function scheduleMeaning(of: string, { before, after }: Edit, now: Instant): Meaning {
  const [old, next] = [cadenceOf(textOf(before), now), cadenceOf(textOf(after), now)];
  const kind = 'schedule-changed';
  if (!old || !next) {
    return {
      kind,
      effect: 'weakens',
      message: `${of} has another schedule`,
      why: 'one of the schedules cannot be read',
    };
  }
  const isLess = next.longestGapMs > old.longestGapMs || next.averageGapMs > old.averageGapMs * GAP_TOLERANCE;
  const isMore = next.longestGapMs < old.longestGapMs || next.averageGapMs < old.averageGapMs / GAP_TOLERANCE;
  const isSame = old.words === next.words;
  const message = isSame
    ? `${of} still runs ${next.words}, at other times`
    : `${of} runs ${next.words} instead of ${old.words}`;
  if (isLess)
    return { kind, effect: 'weakens', message, why: 'the longest time without a backup grows or backups are fewer' };
  return { kind, effect: isMore ? 'strengthens' : 'neutral', message, why: undefined };
}

/** Averages over a limited number of runs differ a little without meaning anything. */
const GAP_TOLERANCE = 1.02;

function lifecycleMeaning([setting = '']: readonly string[], of: string, edit: Edit): Meaning {
  if (setting === 'delete_after_days' || setting === '') {
    const [old, now] = [daysOf(edit.before), daysOf(edit.after)];
    const [from, to] = [keptFor(old), keptFor(now)];
    if (now < old)
      return retention('retention-shortened', 'weakens', `${of} keeps recovery points ${to} instead of ${from}`);
    if (now > old) {
      return retention('retention-lengthened', 'strengthens', `${of} keeps recovery points ${to} instead of ${from}`);
    }
  }
  const why = 'restoring from cold storage takes longer and costs more; nothing is lost';
  const what = setting === '' ? 'lifecycle' : setting;
  return { kind: 'cold-storage-changed', effect: 'neutral', message: `${of}: ${what} ${turned(edit)}`, why };
}

function retention(kind: SemanticChangeKind, effect: Effect, message: string): Meaning {
  return { kind, effect, message, why: undefined };
}

/** Of a setting or of a lifecycle that appears or goes whole; without one nothing is ever deleted. */
function daysOf(value: EffectiveValue | undefined): number {
  const days = isEffectiveObject(value) ? value.get('delete_after_days') : value;
  return typeof days === 'string' ? Number(days) : Number.POSITIVE_INFINITY;
}

function keptFor(days: number): string {
  if (days === Number.POSITIVE_INFINITY) return 'for ever';
  return days === 1 ? 'for 1 day' : `for ${days} days`;
}

function copyMeaning([target = '', setting = '', ...below]: readonly string[], of: string, edit: Edit): Meaning {
  if (target === '') return partsMeaning('copy', `all copies of ${of}`, edit);
  if (setting === '') return partMeaning('copy', `the copy of ${of} to ${target}`, edit);
  if (setting === 'lifecycle') return lifecycleMeaning(below, `the copy of ${of} to ${target}`, edit);
  return changed('vault-changed', `the target of a copy of ${of}`, edit, VAULT_WHY);
}

/** Both windows default to hours that a policy need not spell; longer ones give a job more time. */
function windowMeaning(setting: string, of: string, edit: Edit): Meaning {
  const [old, now] = [Number(textOf(edit.before)), Number(textOf(edit.after))];
  const message = `${of}: ${setting} ${turned(edit)}`;
  if (now >= old) return { kind: 'windows-changed', effect: 'neutral', message, why: undefined };
  const why = Number.isNaN(now - old)
    ? 'a default of AWS Backup is on one side of the change'
    : 'jobs that start or end later than the shorter window are lost';
  return { kind: 'windows-changed', effect: 'weakens', message, why };
}

function continuousMeaning(of: string, edit: Edit): Meaning {
  const [old, now] = [textOf(edit.before) === 'true', textOf(edit.after) === 'true'];
  if (old === now) {
    return {
      kind: now ? 'continuous-backup-on' : 'continuous-backup-off',
      effect: 'neutral',
      message: `${of}: continuous backup ${turned(edit)}`,
      why: undefined,
    };
  }
  return now
    ? {
        kind: 'continuous-backup-on',
        effect: 'strengthens',
        message: `${of} can restore to any point in time`,
        why: undefined,
      }
    : {
        kind: 'continuous-backup-off',
        effect: 'weakens',
        message: `${of} can no longer restore to any point in time`,
        why: undefined,
      };
}

function selectionMeaning({ edit, plan, rest }: Place): Meaning {
  const [group = '', name = '', setting = '', ...below] = rest;
  if (name === '')
    return partsMeaning(
      'selection',
      `${group === '' ? 'all selections' : `selections by ${group}`} of plan ${plan}`,
      edit,
    );
  const of = `selection ${name} of plan ${plan}`;
  switch (setting) {
    case '':
      return partMeaning('selection', of, edit);
    case 'iam_role_arn':
      return changed(
        'role-changed',
        `the role of ${of}`,
        edit,
        'whether the other role may back up as much cannot be told',
      );
    case 'tag_value':
    case 'resource_types':
      return listMeaning('resources', of, edit);
    case 'not_resource_types':
      return exclusionMeaning(of, edit);
    case 'conditions':
      return conditionMeaning(of, edit);
    default:
      return changed(
        'selection-changed',
        `${[setting, ...below].join('/')} of ${of}`,
        edit,
        'other resources are selected',
      );
  }
}

/** What is listed here is left out: more of it protects less. */
function exclusionMeaning(of: string, { before, after }: Edit): Meaning {
  const [old, now] = [itemsOf(before), itemsOf(after)];
  const more = now.filter((item) => !old.includes(item));
  const fewer = old.filter((item) => !now.includes(item));
  const words = [
    ...(more.length > 0 ? [`leaves out ${more.join(', ')}`] : []),
    ...(fewer.length > 0 ? [`takes in ${fewer.join(', ')}`] : []),
  ];
  if (words.length === 0) {
    return { kind: 'resources-added', effect: 'neutral', message: `${of} leaves out the same`, why: undefined };
  }
  const message = `${of} ${words.join(' and ')}`;
  return more.length > 0
    ? { kind: 'resources-removed', effect: 'weakens', message, why: undefined }
    : { kind: 'resources-added', effect: 'strengthens', message, why: undefined };
}

/** All conditions must hold: one less selects at least as much. */
function conditionMeaning(of: string, edit: Edit): Meaning {
  const kind = 'selection-changed';
  const isWhole = edit.path.at(-1) === 'conditions' || isEffectiveObject(edit.before) || isEffectiveObject(edit.after);
  if (isWhole && edit.after === undefined) {
    return {
      kind,
      effect: 'strengthens',
      message: `${of} drops conditions`,
      why: 'fewer conditions select at least as much',
    };
  }
  const why = 'resources that do not meet the condition are no longer selected';
  return {
    kind,
    effect: 'weakens',
    message: `${of} has ${edit.before === undefined ? 'more' : 'other'} conditions`,
    why,
  };
}

function presenceOf(edit: Edit, kind: SemanticChangeKind, what: string): Meaning {
  if (edit.before === undefined) return { kind, effect: 'strengthens', message: `${what} is new`, why: undefined };
  if (edit.after === undefined) return { kind, effect: 'weakens', message: `${what} is gone`, why: undefined };
  return changed(kind, what, edit, VAULT_WHY);
}

function changed(kind: SemanticChangeKind, what: string, edit: Edit, why?: string): Meaning {
  if (kind === 'scanning-changed') {
    const effect = edit.after === undefined ? 'weakens' : edit.before === undefined ? 'strengthens' : 'weakens';
    return {
      kind,
      effect,
      message: `${what} ${turned(edit)}`,
      why: effect === 'weakens' ? 'less may be scanned' : undefined,
    };
  }
  return { kind, effect: 'weakens', message: `${what} ${turned(edit)}`, why };
}

function neutral(kind: SemanticChangeKind, what: string, edit: Edit): Meaning {
  return { kind, effect: 'neutral', message: `${what} ${turned(edit)}`, why: undefined };
}

/** `changes from A to B`, `becomes B`, `is gone (was A)`. */
function turned({ before, after }: Edit): string {
  if (before === undefined) return `becomes ${shown(after)}`;
  if (after === undefined) return `is gone (was ${shown(before)})`;
  return `changes from ${shown(before)} to ${shown(after)}`;
}

function itemsOf(value: EffectiveValue | undefined): readonly string[] {
  return isEffectiveList(value) ? value : [];
}

function textOf(value: EffectiveValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
