/**
 * Backup policies of a given length, as their authors write them: AWS admits each of them.
 */
import type { Drawing } from './drawing.ts';

const CONTROL = '@@operators_allowed_for_child_policies';
/** Plans that the platform team defines at the root and others adjust further down. */
const PLATFORM_PLANS = Array.from({ length: 12 }, (_, index) => `platform-${index}`);
/** Plans that teams define for themselves, some of them in several policies. */
const TEAM_PLANS = Array.from({ length: 300 }, (_, index) => `team-${index}`);
const RULES = ['hourly', 'daily', 'weekly'];
const REGIONS = ['us-east-1', 'us-west-2', 'eu-central-1', 'eu-west-1', 'ap-southeast-2'];
const VAULTS = ['Default', 'central', 'locked', 'short-term'];
const TEAMS = ['payments', 'search', 'identity', 'data', 'web', 'mobile'];

type Json = { [key: string]: Json } | string | number | readonly string[];

/** All platform plans between the first policies: what is attached to the root. */
export function platformContent(part: number, parts: number, draw: Drawing): string {
  const names = PLATFORM_PLANS.filter((_, index) => index % parts === part);
  return JSON.stringify({ plans: Object.fromEntries(names.map((name) => [name, wholePlan(RULES, draw)])) });
}

/** The longest whose text has at most `length` characters, but one small plan at least. */
export function teamContent(length: number, draw: Drawing): string {
  const plans: Record<string, Json> = {};
  let text = '';
  for (;;) {
    if (draw.below(2) === 0) plans[draw.one(TEAM_PLANS)] = wholePlan(drawn(RULES, 1 + draw.below(3), draw), draw);
    else plans[draw.one(PLATFORM_PLANS)] = adjustment(draw);
    const longer = JSON.stringify({ plans });
    if (text !== '' && longer.length > length) return text;
    text = longer;
  }
}

function wholePlan(rules: readonly string[], draw: Drawing): Json {
  return {
    regions: { '@@assign': drawn(REGIONS, 1 + draw.below(2), draw), ...control(draw) },
    rules: Object.fromEntries(rules.map((rule) => [rule, wholeRule(draw)])),
    selections: {
      tags: {
        [draw.one(TEAMS)]: {
          iam_role_arn: { '@@assign': 'arn:aws:iam::$account:role/BackupRole' },
          tag_key: { '@@assign': 'team' },
          tag_value: { '@@assign': drawn(TEAMS, 1 + draw.below(3), draw) },
        },
      },
    },
    ...control(draw),
  };
}

function wholeRule(draw: Drawing): Json {
  const vault = `arn:aws:backup:${draw.one(REGIONS)}:$account:backup-vault:${draw.one(VAULTS)}`;
  return {
    schedule_expression: { '@@assign': `cron(0 ${draw.below(24)} ? * * *)`, ...control(draw) },
    target_backup_vault_name: { '@@assign': draw.one(VAULTS) },
    start_backup_window_minutes: { '@@assign': String(60 + draw.below(120)) },
    complete_backup_window_minutes: { '@@assign': String(240 + draw.below(600)) },
    lifecycle: { delete_after_days: { '@@assign': String(7 + draw.below(300)), ...control(draw) } },
    copy_actions: { [vault]: { target_backup_vault_arn: { '@@assign': vault } } },
  };
}

/** What a policy further down says about a plan from above. */
function adjustment(draw: Drawing): Json {
  switch (draw.below(4)) {
    case 0:
      return { regions: { '@@append': [draw.one(REGIONS)] } };
    case 1:
      return {
        rules: { [draw.one(RULES)]: { schedule_expression: { '@@assign': `cron(30 ${draw.below(24)} ? * * *)` } } },
      };
    case 2:
      return {
        rules: { [draw.one(RULES)]: { lifecycle: { delete_after_days: { '@@assign': 30 + draw.below(60) } } } },
      };
    default:
      return { regions: { '@@remove': [draw.one(REGIONS)] }, rules: { [draw.one(RULES)]: wholeRule(draw) } };
  }
}

function control(draw: Drawing): Record<string, Json> {
  return draw.below(10) === 0 ? { [CONTROL]: draw.one([['@@none'], ['@@append'], ['@@assign', '@@remove']]) } : {};
}

function drawn(from: readonly string[], count: number, draw: Drawing): string[] {
  return [...new Set(Array.from({ length: count }, () => draw.one(from)))];
}
