/**
 * The constraint tables by signing name. Each is loaded with the first request to its service, to keep the start short.
 */
import type { ConstraintTable } from './table.ts';

export const constraintTables = {
  backup: async (): Promise<ConstraintTable> => (await import('./generated/backup.ts')).table,
  cloudcontrolapi: async (): Promise<ConstraintTable> => (await import('./cloudcontrol.ts')).table,
  cloudtrail: async (): Promise<ConstraintTable> => (await import('./generated/cloudtrail.ts')).table,
  iam: async (): Promise<ConstraintTable> => (await import('./generated/iam.ts')).table,
  organizations: async (): Promise<ConstraintTable> => (await import('./generated/organizations.ts')).table,
  sts: async (): Promise<ConstraintTable> => (await import('./generated/sts.ts')).table,
} as const;
