/**
 * GetBackupPlan: a plan at any of its versions, deleted or not, with the runs that are coming. Source: backup spec 2.A.
 */
import { GetBackupPlan$, type GetBackupPlanInput, type ScheduledPlanExecutionMember } from '@aws-sdk/client-backup';
import type { Instant } from '@holdfast/kernel';
import type { Checked } from '@holdfast/wire';
import { nextRuns } from '../../plans/cursors.ts';
import type { PlanDocument } from '../../store/tables/backup.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { onPlan } from './authorization.ts';
import { invalidParameter } from './errors.ts';
import { planAt, planListMember, planShape } from './plans.ts';

const PREVIEW_MAX = 10;

type Input = Checked<GetBackupPlanInput, 'BackupPlanId'>;

export const getBackupPlan = readingOperation(
  GetBackupPlan$,
  async (input: Input, call: ReadCall) => {
    const { BackupPlanId: planId, VersionId: versionId, MaxScheduledRunsPreview: preview = 0 } = input;
    if (preview < 0 || preview > PREVIEW_MAX)
      throw invalidParameter(`MaxScheduledRunsPreview must be between 0 and ${PREVIEW_MAX}.`);
    const { plan, version } = await planAt(call, planId, versionId);
    const { BackupPlanName: _name, ...member } = planListMember({ plan, version });
    const runs = plan.deleted_at === null ? scheduledRuns(version.document, call.now, preview) : [];
    return {
      ...member,
      BackupPlan: planShape(version.document),
      ScheduledRunsPreview: preview > 0 ? runs : undefined,
    };
  },
  onPlan(),
);

/** The next runs of all rules together, soonest first. */
function scheduledRuns(document: PlanDocument, now: Instant, count: number): ScheduledPlanExecutionMember[] {
  return document.Rules.flatMap((rule) => nextRuns(rule, now, count).map((at) => ({ at, rule })))
    .toSorted((one, other) => one.at - other.at)
    .slice(0, count)
    .map(({ at, rule }) => ({ ExecutionTime: new Date(at), RuleId: rule.RuleId, RuleExecutionType: 'SNAPSHOTS' }));
}
