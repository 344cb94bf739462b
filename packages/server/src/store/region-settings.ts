/** Resource types that an account opted in to in a region. Absent types are at their default. */
import type { Queryable, Tx } from './database.ts';

export interface RegionSettings {
  readonly optIn: Readonly<Record<string, boolean>>;
  readonly management: Readonly<Record<string, boolean>>;
}

export async function regionSettingsOf(db: Queryable, accountId: string, region: string): Promise<RegionSettings> {
  const row = await db
    .selectFrom('region_setting')
    .select(['opt_in', 'management'])
    .where('account_id', '=', accountId)
    .where('region', '=', region)
    .executeTakeFirst();
  return { optIn: row?.opt_in ?? {}, management: row?.management ?? {} };
}

/** Types are opted in to until someone says otherwise. */
export function isOptedIn(settings: RegionSettings, resourceType: string): boolean {
  return settings.optIn[resourceType] ?? true;
}

/** Changes the given types and leaves the others as they are. */
export async function mergeRegionSettings(
  tx: Tx,
  accountId: string,
  region: string,
  change: RegionSettings,
): Promise<void> {
  await tx
    .insertInto('region_setting')
    .values({ account_id: accountId, region, opt_in: { ...change.optIn }, management: { ...change.management } })
    .onConflict((conflict) =>
      conflict.columns(['account_id', 'region']).doUpdateSet((of) => ({
        opt_in: of.fn<Record<string, boolean>>('jsonb_concat', [
          of.ref('region_setting.opt_in'),
          of.ref('excluded.opt_in'),
        ]),
        management: of.fn<Record<string, boolean>>('jsonb_concat', [
          of.ref('region_setting.management'),
          of.ref('excluded.management'),
        ]),
      })),
    )
    .execute();
}
