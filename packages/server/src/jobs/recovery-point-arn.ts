/**
 * The ARN of the recovery point that a job makes: derived from the job's id, so that a job makes one or none,
 * whatever is retried. Source: backup spec 1.2 (forms by resource type); AWS names RDS copies `copyjob-`.
 */
import { formatArn } from '@holdfast/kernel';

export interface PointOf {
  /** EFS, RDS, … */
  readonly resourceType: string;
  /** Where the vault is: for copies the destination's. */
  readonly region: string;
  readonly accountId: string;
  readonly job: { readonly kind: 'backup' | 'copy'; readonly id: string };
}

export function recoveryPointArn({ resourceType, region, accountId, job }: PointOf): string {
  switch (resourceType) {
    case 'RDS': {
      const name = job.kind === 'backup' ? 'job' : 'copyjob';
      return formatArn({ service: 'rds', region, accountId, resource: `snapshot:awsbackup:${name}-${job.id}` });
    }
    default:
      return formatArn({ service: 'backup', region, accountId, resource: `recovery-point:${job.id}` });
  }
}
