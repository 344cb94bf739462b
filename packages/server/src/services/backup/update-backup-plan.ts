/**
 * UpdateBackupPlan: the whole document anew, as a new version. Rules keep their ids by name; points keep their
 * lifecycle.
 * Source: backup spec 2.A, 10.3, 13.3.
 */
import { UpdateBackupPlan$, type UpdateBackupPlanInput } from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import { completePlan, planVersionId, ruleIdsAfter } from '../../plans/plan-document.ts';
import { savePlanVersion } from '../../plans/save-plan.ts';
import { countPlanVersions, lockPlan } from '../../store/plans.ts';
import { type Call, operation } from '../operation.ts';
import { onPlan } from './authorization.ts';
import { invalidParameter, limitExceeded } from './errors.ts';
import { requirePlan } from './plan-checks.ts';
import { activePlan, arnOfPlan, isOrganizationPlan, planAt, planKey, planShape } from './plans.ts';

const VERSIONS_MAX = 2_000;

type Input = Checked<UpdateBackupPlanInput, 'BackupPlanId' | 'BackupPlan'>;

export const updateBackupPlan = operation(
  UpdateBackupPlan$,
  async ({ BackupPlanId: planId, BackupPlan: given }: Input, call: Call) => {
    const key = planKey(call, planId);
    await lockPlan(call.tx, key);
    await activePlan(call, planId);
    if (isOrganizationPlan(planId))
      throw invalidParameter(`Backup plan cannot be updated for backup plan ${planId} created by organizations`);
    const { version: previous } = await planAt(call, planId);
    const document = completePlan(given, ruleIdsAfter(previous.document, call.installation.random));
    requirePlan(document, given, call.now);
    if ((await countPlanVersions(call.tx, key)) >= VERSIONS_MAX)
      throw limitExceeded(`A backup plan may have at most ${VERSIONS_MAX} versions.`);

    const versionId = planVersionId(call.installation.random);
    await savePlanVersion(call.tx, key, { versionId, document, now: call.now });
    call.wakeAfterCommit('scheduler');
    const { plan } = await planAt(call, planId);
    const { AdvancedBackupSettings: advanced, ScanSettings: scans } = planShape(document);
    return {
      BackupPlanId: planId,
      BackupPlanArn: arnOfPlan(plan),
      CreationDate: new Date(call.now),
      VersionId: versionId,
      AdvancedBackupSettings: advanced,
      ScanSettings: scans,
    };
  },
  onPlan(),
);
