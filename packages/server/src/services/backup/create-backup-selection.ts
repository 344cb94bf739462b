/**
 * CreateBackupSelection. The role is tried at once: the service must be able to assume it and, for tags, to read them.
 * Source: backup spec 2.B, 2.Q, 4.
 */
import { CreateBackupSelection$, type CreateBackupSelectionInput } from '@aws-sdk/client-backup';
import { uuid } from '@holdfast/kernel';
import type { Checked } from '@holdfast/wire';
import { roleMessage, tagReading } from '../../plans/role-problem.ts';
import { SELECTIONS_MAX, selectionFault, TAG_SELECTIONS_MAX, usesTags } from '../../plans/selection-fault.ts';
import { findPlan, lockPlan } from '../../store/plans.ts';
import { findSelectionByCreator, insertSelections, selectionsOf } from '../../store/selections.ts';
import type { SelectionDocument } from '../../store/tables/backup.ts';
import { type Call, operation } from '../operation.ts';
import { requirePassRole } from '../pass-role.ts';
import { onPlan, SERVICE_PRINCIPAL } from './authorization.ts';
import { faultError, invalidParameter, limitExceeded } from './errors.ts';
import { isOrganizationPlan, planKey } from './plans.ts';

type Input = Checked<CreateBackupSelectionInput, 'BackupPlanId' | 'BackupSelection'>;

export const createBackupSelection = operation(
  CreateBackupSelection$,
  async (input: Input, call: Call) => {
    const { BackupPlanId: planId, BackupSelection: given, CreatorRequestId: creatorRequestId } = input;
    const key = planKey(call, planId);
    await lockPlan(call.tx, key);
    const plan = await findPlan(call.tx, key);
    // The model of this operation knows no ResourceNotFoundException.
    if (!plan || plan.deleted_at !== null) throw invalidParameter(`Backup plan ${planId} does not exist.`);
    if (isOrganizationPlan(planId))
      throw invalidParameter(`Cannot create selection for backup plan ${planId} created by organizations`);
    const earlier =
      creatorRequestId === undefined ? undefined : await findSelectionByCreator(call.tx, key, creatorRequestId);
    if (earlier) return { SelectionId: earlier.id, BackupPlanId: planId, CreationDate: new Date(earlier.created_at) };

    const fault = selectionFault(given);
    if (fault) throw faultError(fault);
    await requirePassRole(call, given.IamRoleArn, SERVICE_PRINCIPAL);
    await requireUsableRole(call, given);
    await requireRoom(call, planId, given);

    const id = uuid(call.installation.random);
    await insertSelections(call.tx, [
      {
        account_id: call.accountId,
        region: call.region,
        plan_id: planId,
        id,
        name: given.SelectionName,
        iam_role_arn: given.IamRoleArn,
        document: given,
        creator_request_id: creatorRequestId ?? null,
        created_at: call.now,
      },
    ]);
    return { SelectionId: id, BackupPlanId: planId, CreationDate: new Date(call.now) };
  },
  onPlan(),
);

async function requireUsableRole(call: Call, selection: SelectionDocument): Promise<void> {
  const { IamRoleArn: roleArn } = selection;
  const problem = await call.installation.authorizer.roleProblem(
    call.tx,
    roleArn,
    SERVICE_PRINCIPAL,
    usesTags(selection) ? [tagReading] : [],
  );
  if (!problem) return;
  const details = problem.kind === 'denied' ? { Code: 'ERROR_3018', Context: roleArn } : {};
  throw invalidParameter(roleMessage(problem, roleArn), details);
}

async function requireRoom(call: Call, planId: string, selection: SelectionDocument): Promise<void> {
  const others = await selectionsOf(call.tx, planKey(call, planId));
  if (others.length >= SELECTIONS_MAX)
    throw limitExceeded(`A backup plan may have at most ${SELECTIONS_MAX} selections.`);
  const withTags = others.filter((other) => usesTags(other.document)).length;
  if (usesTags(selection) && withTags >= TAG_SELECTIONS_MAX)
    throw limitExceeded(`A backup plan may have at most ${TAG_SELECTIONS_MAX} selections that use tags.`);
}
