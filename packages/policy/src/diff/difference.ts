/**
 * What a change does to effective policies, as data.
 *
 * Two layers: edits are all differences of two documents, exact and complete (`applyEdits` makes the one of the other);
 * semantic changes say what groups of edits mean for protection. Every edit is part of exactly one semantic change.
 */
import type { EffectiveValue } from '../effective/effective-document.ts';

/** At a setting, or at the top of a part that one of the two documents does not have at all. */
export interface Edit {
  readonly path: readonly string[];
  /** Undefined: not there. */
  readonly before: EffectiveValue | undefined;
  readonly after: EffectiveValue | undefined;
}

/**
 * Whether less, more or the same is protected afterwards. `weakens` also where it cannot be told that nothing is lost;
 * `why` then says so.
 */
export type Effect = 'weakens' | 'strengthens' | 'neutral';

export type SemanticChangeKind =
  | 'plan-added'
  | 'plan-removed'
  | 'rule-added'
  | 'rule-removed'
  | 'region-added'
  | 'region-removed'
  | 'copy-added'
  | 'copy-removed'
  | 'selection-added'
  | 'selection-removed'
  | 'resources-added'
  | 'resources-removed'
  | 'selection-changed'
  | 'schedule-changed'
  | 'retention-shortened'
  | 'retention-lengthened'
  | 'cold-storage-changed'
  | 'vault-changed'
  | 'windows-changed'
  | 'continuous-backup-on'
  | 'continuous-backup-off'
  | 'role-changed'
  | 'scanning-changed'
  /** Tags of plans and recovery points, indexes, advanced settings. */
  | 'option-changed'
  /** The account has errors now: its new document is withheld. */
  | 'becomes-invalid'
  | 'becomes-valid'
  | 'stays-invalid'
  /** Settings of types other than backup policies. */
  | 'setting-changed';

export interface SemanticChange {
  readonly kind: SemanticChangeKind;
  /** Of the plan, rule, selection or setting that it is about. */
  readonly path: readonly string[];
  readonly effect: Effect;
  /** One sentence: `rule daily of plan gold runs weekly instead of daily`. */
  readonly message: string;
  /** The reason of the effect, where the message does not give it. */
  readonly why: string | undefined;
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly edits: readonly Edit[];
}

export interface DocumentDiff {
  readonly edits: readonly Edit[];
  readonly changes: readonly SemanticChange[];
}

/** Accounts for which the very same changes. */
export interface ChangeGroup {
  readonly accountIds: readonly string[];
  readonly effect: Effect;
  readonly edits: readonly Edit[];
  readonly changes: readonly SemanticChange[];
}

export interface OrganizationDiff {
  /** `weakens` if anything does, else `strengthens` if anything does. */
  readonly effect: Effect;
  /** Largest first. */
  readonly groups: readonly ChangeGroup[];
  readonly changedAccounts: number;
  readonly unchangedAccounts: number;
  /** Accounts that only one of the two organizations has. */
  readonly addedAccounts: readonly string[];
  readonly removedAccounts: readonly string[];
}
