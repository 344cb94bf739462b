/**
 * ListRecoveryPointsByResource, newest first. All points are made by the service, so ManagedByAWSBackupOnly changes
 * nothing.
 * Source: backup spec 2.D.
 */
import { ListRecoveryPointsByResource$, type ListRecoveryPointsByResourceInput } from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import { listPointsOfResource } from '../../store/recovery-points.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { listPage } from './listing.ts';
import { pointOfResourceShape } from './recovery-points.ts';

type Input = Checked<ListRecoveryPointsByResourceInput, 'ResourceArn'>;
type Row = Awaited<ReturnType<typeof listPointsOfResource>>[number];

export const listRecoveryPointsByResource = readingOperation(
  ListRecoveryPointsByResource$,
  async (input: Input, call: ReadCall) => {
    const { accountId, region } = call;
    const { items, nextToken } = await listPage<Row, { createdAt: number; arn: string }>(
      call,
      ListRecoveryPointsByResource$,
      input,
      {
        read: (after, limit) =>
          listPointsOfResource(call.db, { accountId, region, resourceArn: input.ResourceArn, after, limit }),
        cursorOf: (point) => ({ createdAt: point.created_at, arn: point.arn }),
      },
    );
    return { RecoveryPoints: items.map(pointOfResourceShape), NextToken: nextToken };
  },
);
