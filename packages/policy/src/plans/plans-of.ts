/**
 * Reads the typed plans out of an effective backup policy.
 *
 * Expects a document that took effect, which is complete; of anything less it reads what is there and leaves the rest
 * out: a rule without vault, a copy without target or a selection without role yields nothing.
 * Source: spec backup 10.2.
 */
import { type EffectiveObject, entriesAt, listAt, objectAt, textAt } from '../effective/effective-document.ts';
import type {
  AdvancedBackupSetting,
  ConditionParameter,
  CopyAction,
  EffectivePlan,
  EffectiveRule,
  EffectiveSelection,
  Lifecycle,
  ScanAction,
  ScanSetting,
  SelectionConditions,
} from './effective-plan.ts';

export function plansOf(document: EffectiveObject): readonly EffectivePlan[] {
  return entriesAt(document, 'plans').map(([name, plan]) => ({
    name,
    regions: [...new Set(listAt(plan, 'regions'))],
    rules: entriesAt(plan, 'rules').flatMap(([rule, settings]) => ruleOf(rule, settings)),
    selections: [...tagSelections(plan), ...resourceSelections(plan)],
    tags: tagsAt(plan, 'backup_plan_tags'),
    advancedBackupSettings: advancedBackupSettings(plan),
    scanSettings: scanSettings(plan),
  }));
}

function ruleOf(name: string, rule: EffectiveObject): readonly EffectiveRule[] {
  const targetBackupVaultName = textAt(rule, 'target_backup_vault_name');
  if (targetBackupVaultName === undefined) return [];
  return [
    {
      name,
      scheduleExpression: textAt(rule, 'schedule_expression'),
      targetBackupVaultName,
      targetLogicallyAirGappedBackupVaultArn: textAt(rule, 'target_logically_air_gapped_backup_vault_arn'),
      startWindowMinutes: numberAt(rule, 'start_backup_window_minutes'),
      completionWindowMinutes: numberAt(rule, 'complete_backup_window_minutes'),
      enableContinuousBackup: booleanAt(rule, 'enable_continuous_backup'),
      lifecycle: lifecycleOf(rule),
      copyActions: entriesAt(rule, 'copy_actions').flatMap(([, copy]) => copyActionOf(copy)),
      recoveryPointTags: tagsAt(rule, 'recovery_point_tags'),
      indexResourceTypes: listAt(objectAt(rule, 'index_actions'), 'resource_types') ?? [],
      scanActions: scanActions(rule),
    },
  ];
}

function lifecycleOf(owner: EffectiveObject): Lifecycle | undefined {
  const lifecycle = objectAt(owner, 'lifecycle');
  if (lifecycle.size === 0) return undefined;
  return {
    moveToColdStorageAfterDays: numberAt(lifecycle, 'move_to_cold_storage_after_days'),
    deleteAfterDays: numberAt(lifecycle, 'delete_after_days'),
    optInToArchiveForSupportedResources: booleanAt(lifecycle, 'opt_in_to_archive_for_supported_resources'),
  };
}

function copyActionOf(copy: EffectiveObject): readonly CopyAction[] {
  const destinationBackupVaultArn = textAt(copy, 'target_backup_vault_arn');
  return destinationBackupVaultArn === undefined ? [] : [{ destinationBackupVaultArn, lifecycle: lifecycleOf(copy) }];
}

function scanActions(rule: EffectiveObject): readonly ScanAction[] {
  const guardDuty = objectAt(rule, 'scan_actions', 'guardduty');
  return guardDuty.size === 0 ? [] : [{ malwareScanner: 'GUARDDUTY', scanMode: textAt(guardDuty, 'scan_mode') }];
}

function scanSettings(plan: EffectiveObject): readonly ScanSetting[] {
  const guardDuty = objectAt(plan, 'scan_settings', 'guardduty');
  if (guardDuty.size === 0) return [];
  const resourceTypes = listAt(guardDuty, 'resource_types') ?? [];
  return [{ malwareScanner: 'GUARDDUTY', resourceTypes, scannerRoleArn: textAt(guardDuty, 'scanner_role_arn') }];
}

/** Policy key → AWS Backup's option. */
const BACKUP_OPTIONS = [
  ['ec2', 'EC2', [['windows_vss', 'WindowsVSS']]],
  [
    's3',
    'S3',
    [
      ['backup_acls', 'BackupACLs'],
      ['backup_object_tags', 'BackupObjectTags'],
    ],
  ],
] as const;

function advancedBackupSettings(plan: EffectiveObject): readonly AdvancedBackupSetting[] {
  return BACKUP_OPTIONS.flatMap(([key, resourceType, options]) => {
    const settings = objectAt(plan, 'advanced_backup_settings', key);
    const backupOptions = new Map<string, string>();
    for (const [setting, option] of options) {
      const value = textAt(settings, setting);
      if (value !== undefined) backupOptions.set(option, value);
    }
    return backupOptions.size === 0 ? [] : [{ resourceType, backupOptions }];
  });
}

function tagSelections(plan: EffectiveObject): readonly EffectiveSelection[] {
  return entriesAt(plan, 'selections', 'tags').flatMap(([name, selection]) => {
    const iamRoleArn = textAt(selection, 'iam_role_arn');
    const conditionKey = textAt(selection, 'tag_key');
    if (iamRoleArn === undefined || conditionKey === undefined) return [];
    const listOfTags = (listAt(selection, 'tag_value') ?? []).map((conditionValue) => ({
      conditionType: 'STRINGEQUALS' as const,
      conditionKey,
      conditionValue,
    }));
    return [{ name, iamRoleArn, listOfTags, resources: [], notResources: [], conditions: conditionsOf(selection) }];
  });
}

function resourceSelections(plan: EffectiveObject): readonly EffectiveSelection[] {
  return entriesAt(plan, 'selections', 'resources').flatMap(([name, selection]) => {
    const iamRoleArn = textAt(selection, 'iam_role_arn');
    if (iamRoleArn === undefined) return [];
    const resources = listAt(selection, 'resource_types') ?? [];
    const notResources = listAt(selection, 'not_resource_types') ?? [];
    return [{ name, iamRoleArn, listOfTags: [], resources, notResources, conditions: conditionsOf(selection) }];
  });
}

function conditionsOf(selection: EffectiveObject): SelectionConditions {
  const parameters = (operator: string): readonly ConditionParameter[] =>
    entriesAt(selection, 'conditions', operator).flatMap(([, condition]) => {
      const conditionKey = textAt(condition, 'condition_key');
      const conditionValue = textAt(condition, 'condition_value');
      return conditionKey === undefined || conditionValue === undefined ? [] : [{ conditionKey, conditionValue }];
    });
  return {
    stringEquals: parameters('string_equals'),
    stringNotEquals: parameters('string_not_equals'),
    stringLike: parameters('string_like'),
    stringNotLike: parameters('string_not_like'),
  };
}

function tagsAt(owner: EffectiveObject, key: string): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (const [, tag] of entriesAt(owner, key)) {
    const tagKey = textAt(tag, 'tag_key');
    const value = textAt(tag, 'tag_value');
    if (tagKey !== undefined && value !== undefined) tags.set(tagKey, value);
  }
  return tags;
}

function numberAt(object: EffectiveObject, key: string): number | undefined {
  const text = textAt(object, key);
  return text === undefined ? undefined : Number(text);
}

function booleanAt(object: EffectiveObject, key: string): boolean | undefined {
  const text = textAt(object, key);
  return text === undefined ? undefined : text === 'true';
}
