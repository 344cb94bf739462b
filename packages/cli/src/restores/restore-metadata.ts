/** The metadata of StartRestoreJob, made from the options of `holdfast restore`; to be completed when the connectors are there. */
import { UsageFailure } from '../output/failure.ts';
export interface RestoreWish {
  readonly to?: string;
  readonly item?: readonly string[];
  readonly database?: string;
  readonly host?: string;
  readonly identifier?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}
export function restoreMetadata(
  resourceType: string,
  known: Readonly<Record<string, string>>,
  wish: RestoreWish,
): Record<string, string> {
  if (resourceType === '') throw new UsageFailure('?');
  return { ...known, ...wish.metadata };
}
