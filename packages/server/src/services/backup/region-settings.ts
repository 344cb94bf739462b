/**
 * DescribeRegionSettings and UpdateRegionSettings: which resource types the account opted in to in the Region.
 *
 * Settings hold all of AWS's types, so that code written for AWS applies unchanged; what can be backed up here is what
 * GetSupportedResourceTypes says. Source: backup spec 2.M, 4.3.
 */
import {
  DescribeRegionSettings$,
  type DescribeRegionSettingsInput,
  UpdateRegionSettings$,
  type UpdateRegionSettingsInput,
} from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import { RESOURCE_TYPES } from '../../plans/resource-types.ts';
import { isOptedIn, mergeRegionSettings, regionSettingsOf } from '../../store/region-settings.ts';
import { type Call, operation, type ReadCall, readingOperation } from '../operation.ts';
import { invalidParameter } from './errors.ts';

/** Types whose points can be managed in full, and whether that can be switched. */
const MANAGEMENT: Readonly<Record<string, { readonly byDefault: boolean; readonly switchable: boolean }>> = {
  DynamoDB: { byDefault: true, switchable: true },
  EFS: { byDefault: true, switchable: false },
};

export const describeRegionSettings = readingOperation(
  DescribeRegionSettings$,
  async (_input: Checked<DescribeRegionSettingsInput>, call: ReadCall) => {
    const settings = await regionSettingsOf(call.db, call.accountId, call.region);
    return {
      ResourceTypeOptInPreference: Object.fromEntries(RESOURCE_TYPES.map((type) => [type, isOptedIn(settings, type)])),
      ResourceTypeManagementPreference: Object.fromEntries(
        Object.entries(MANAGEMENT).map(([type, { byDefault }]) => [type, settings.management[type] ?? byDefault]),
      ),
    };
  },
);

export const updateRegionSettings = operation(
  UpdateRegionSettings$,
  async (input: Checked<UpdateRegionSettingsInput>, call: Call) => {
    const { ResourceTypeOptInPreference: optIn = {}, ResourceTypeManagementPreference: management = {} } = input;
    const known: readonly string[] = RESOURCE_TYPES;
    const unknown = Object.keys(optIn).find((type) => !known.includes(type));
    if (unknown !== undefined) throw invalidParameter(`Unknown resource type ${unknown}.`);
    for (const [type, managed] of Object.entries(management)) {
      const rule = Object.hasOwn(MANAGEMENT, type) ? MANAGEMENT[type] : undefined;
      if (!rule || (!rule.switchable && managed !== rule.byDefault))
        throw invalidParameter(`The management of resource type ${type} cannot be changed.`);
    }
    await mergeRegionSettings(call.tx, call.accountId, call.region, { optIn, management });
    return {};
  },
);
