/** A selection's shapes in answers. Source: backup spec 2.B. */
import type { BackupSelection, BackupSelectionsListMember } from '@aws-sdk/client-backup';
import type { SelectionRow } from '../../store/selections.ts';
import type { ConditionParameter, SelectionDocument } from '../../store/tables/backup.ts';
import { notFound } from './errors.ts';

export function noSuchSelection(id: string) {
  return notFound(`Backup selection ${id} does not exist.`);
}

export function selectionShape(document: SelectionDocument): BackupSelection {
  const { Conditions: conditions } = document;
  return {
    SelectionName: document.SelectionName,
    IamRoleArn: document.IamRoleArn,
    Resources: [...(document.Resources ?? [])],
    NotResources: [...(document.NotResources ?? [])],
    ListOfTags: (document.ListOfTags ?? []).map(({ ConditionKey, ConditionValue }) => ({
      ConditionType: 'STRINGEQUALS',
      ConditionKey,
      ConditionValue,
    })),
    Conditions: {
      StringEquals: parameters(conditions?.StringEquals),
      StringNotEquals: parameters(conditions?.StringNotEquals),
      StringLike: parameters(conditions?.StringLike),
      StringNotLike: parameters(conditions?.StringNotLike),
    },
  };
}

function parameters(list: readonly ConditionParameter[] = []) {
  return list.map((parameter) => ({ ...parameter }));
}

export function selectionListMember(row: SelectionRow): BackupSelectionsListMember {
  return {
    SelectionId: row.id,
    SelectionName: row.name,
    BackupPlanId: row.plan_id,
    CreationDate: new Date(row.created_at),
    CreatorRequestId: row.creator_request_id ?? undefined,
    IamRoleArn: row.iam_role_arn,
  };
}
