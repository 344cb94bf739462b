/**
 * Management policies of an organization tree: admission, merge, effective policies and what follows from them.
 *
 * Pure functions over text and immutable values; no Node, no DOM, no clock. The way of a policy:
 *
 *     text ── admit ──► PolicyDocument ── mergeLevel, level by level ──► MergedNode (values and their trace)
 *          ── effectivePolicy ──► EffectivePolicy (document and errors) ── publish ──► content in force
 *          ── plansOf ──► EffectivePlan ── resolvePlan ──► the same in one account and Region
 *
 * Callers cache two things: the document of a policy's content (`parsePolicy`, or what `admit` gave), and the merged
 * state of each root and OU. Both are immutable and may be shared without limit. Nothing here throws on bad input,
 * except where an already checked schedule is asked for.
 *
 * Rules come from docs/design: organizations spec 3 to 6 and the recorded answers of AWS, which win.
 */
export {
  type Admission,
  type AdmissionOptions,
  admit,
  type CheckedPolicy,
  checkPolicy,
  MALFORMED_POLICY_MESSAGE,
} from './admission/admit.ts';
export { diffDocuments, diffOrganizations, type Impact, impact } from './diff/diff.ts';
export type {
  ChangeGroup,
  DocumentDiff,
  Edit,
  Effect,
  OrganizationDiff,
  SemanticChange,
  SemanticChangeKind,
} from './diff/difference.ts';
export { applyEdits } from './diff/edits.ts';
export { DIAGNOSTICS_MAX, type Diagnostic, type DiagnosticCode } from './document/diagnostic.ts';
export type { Operator } from './document/operators.ts';
export { parsePolicy } from './document/parse-policy.ts';
export type { PolicyDocument, PolicyNode } from './document/policy-document.ts';
export {
  type EffectiveObject,
  type EffectiveValue,
  isEffectiveList,
  isEffectiveObject,
  readEffective,
  writeEffective,
} from './effective/effective-document.ts';
export type { EffectiveError, EffectiveErrorCode } from './effective/effective-error.ts';
export {
  type EffectivePolicy,
  effectivePolicies,
  effectivePolicy,
  type Publication,
  publish,
} from './effective/effective-policy.ts';
export { explain } from './explain/explain.ts';
export type {
  ExplainedItem,
  ExplainedLevel,
  ExplainedNode,
  Explanation,
  Lock,
  Loss,
  Place,
} from './explain/explanation.ts';
export {
  type Calendar,
  type ClockChange,
  calendarOf,
  DEFAULT_SCHEDULE,
  type PlannedRun,
  runsOf,
} from './forecast/calendar.ts';
export {
  type CopyForecast,
  FORECAST_DAYS,
  type Forecast,
  type ForecastOptions,
  forecast,
  forecastPlan,
  type PlanForecast,
  type RuleForecast,
} from './forecast/forecast.ts';
export type { JsonMember, JsonNode, JsonObject, Position } from './json/json-node.ts';
export { type JsonFault, type JsonReading, parseJson } from './json/parse-json.ts';
export { writeJson } from './json/write-json.ts';
export type { LintFinding } from './lint/lint-finding.ts';
export { lintOrganization } from './lint/lint-organization.ts';
export { lintPolicy } from './lint/lint-policy.ts';
export { LINTS, type Lint, type LintId } from './lint/lints.ts';
export { type AttachedPolicy, type Level, mergeLevel, mergeLevels } from './merge/merge-level.ts';
export {
  contributors,
  EMPTY_STATE,
  type MergedNode,
  type MergedValue,
  mergedAt,
} from './merge/merged-node.ts';
export type { AppliedControl, Origin, PlainValue, TraceEvent } from './merge/trace.ts';
export { type TracedItem, type TracedNode, type TracedValue, traceLevels } from './merge/trace-levels.ts';
export {
  applyChange,
  applyChanges,
  type Change,
  type ChangeRefused,
  type ChangeResult,
} from './organization/change.ts';
export {
  evaluateOrganization,
  type OrganizationEvaluation,
  type Reevaluation,
  reevaluate,
} from './organization/evaluate-organization.ts';
export { type Found, findPolicy, findTarget, nodePath, type Target } from './organization/find.ts';
export { type Existing, type ImportStep, importPlan } from './organization/import-plan.ts';
export {
  checkSnapshot,
  type Inconsistency,
  readSnapshot,
  type SnapshotDiagnostic,
  type SnapshotReading,
  writeSnapshot,
} from './organization/read-snapshot.ts';
export {
  type OrganizationSnapshot,
  SNAPSHOT_FORMAT,
  SNAPSHOT_VERSION,
  type SnapshotAccount,
  type SnapshotAttachments,
  type SnapshotPolicy,
  type SnapshotResource,
  type SnapshotRoot,
  type SnapshotSource,
  type SnapshotUnit,
  type SnapshotVault,
  type Tags,
} from './organization/snapshot.ts';
export { SNAPSHOT_SCHEMA } from './organization/snapshot-schema.ts';
export type {
  AdvancedBackupSetting,
  ConditionParameter,
  CopyAction,
  EffectivePlan,
  EffectiveRule,
  EffectiveSelection,
  Lifecycle,
  ScanAction,
  ScanSetting,
  SelectionConditions,
  TagCondition,
} from './plans/effective-plan.ts';
export { plansOf } from './plans/plans-of.ts';
export { type PlanPlace, resolvePlan } from './plans/resolve-plan.ts';
export {
  isManagementPolicyType,
  isPolicyType,
  type ManagementPolicyType,
  POLICY_TYPES,
  type PolicyType,
  type PolicyTypeFacts,
} from './policy-types.ts';
export { planScheduleFault } from './schedule/interval.ts';
export { nextOccurrence, nextOccurrences, occurrences } from './schedule/next-occurrence.ts';
export { parsePlanSchedule, parsePolicySchedule, parseSchedule } from './schedule/parse-cron.ts';
export {
  type DayRule,
  InvalidSchedule,
  type Schedule,
  type ScheduleFault,
  type ScheduleReading,
} from './schedule/schedule.ts';
export { timeZone, UTC, type Zone } from './schedule/zone.ts';
export { AWS_REGIONS } from './schema/regions.ts';
