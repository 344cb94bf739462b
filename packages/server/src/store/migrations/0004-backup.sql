-- Vaults, plans, recovery points and jobs. State changes of jobs happen in jobs/ only.

create table backup_vault (
  id                  uuid primary key,
  account_id          text not null references account (id),
  region              text not null,
  name                text collate "C" not null,
  vault_type          text not null default 'BACKUP_VAULT',
  -- CREATING until its repository exists; only AVAILABLE ones are shown and used.
  state               text not null check (state in ('CREATING', 'AVAILABLE', 'DELETING')),
  encryption_key_arn  text not null,
  creator_request_id  text,
  created_at          bigint not null,
  -- Where the restic repository is: {"kind":"directory","path":…}; the path holds the vault's id, never its name.
  storage             jsonb not null,
  -- The repository's own id, compared before every use; null while CREATING.
  repository_id       text,
  -- The repository's password, sealed with context vault-key:<id>.
  key_sealed          bytea not null,
  last_pruned_at      bigint,
  -- Set when a deletion left data behind that prune has to remove.
  prune_due_at        bigint
);
-- A vault that is being removed no longer holds its name.
create unique index backup_vault_name on backup_vault (account_id, region, name) where state <> 'DELETING';
create index backup_vault_creating on backup_vault (created_at) where state <> 'AVAILABLE';
create index backup_vault_prune on backup_vault (prune_due_at) where prune_due_at is not null;

-- Tags of vaults, plans and recovery points, by ARN.
create table backup_tag (
  resource_arn  text not null,
  account_id    text not null references account (id),
  key           text collate "C" not null,
  value         text not null,
  primary key (resource_arn, key)
);

create table backup_plan (
  account_id           text not null references account (id),
  region               text not null,
  -- A UUID, or orgs/<uuid> for plans that came from an effective policy.
  id                   text not null,
  name                 text not null,
  managed_by           text not null check (managed_by in ('ACCOUNT', 'ORGANIZATION')),
  current_version_id   text,
  creator_request_id   text,
  created_at           bigint not null,
  deleted_at           bigint,
  last_execution_at    bigint,
  primary key (account_id, region, id)
);
create index backup_plan_creator on backup_plan (account_id, region, creator_request_id) where creator_request_id is not null;

create table backup_plan_version (
  account_id  text not null,
  region      text not null,
  plan_id     text not null,
  version_id  text not null,
  -- The BackupPlan shape, defaults filled in, every rule with its RuleId.
  document    jsonb not null,
  document_hash text not null,
  created_at  bigint not null,
  primary key (account_id, region, plan_id, version_id),
  foreign key (account_id, region, plan_id) references backup_plan (account_id, region, id)
);

create table backup_selection (
  account_id          text not null,
  region              text not null,
  plan_id             text not null,
  id                  text not null,
  name                text not null,
  iam_role_arn        text not null,
  -- The BackupSelection shape.
  document            jsonb not null,
  creator_request_id  text,
  created_at          bigint not null,
  primary key (account_id, region, plan_id, id),
  foreign key (account_id, region, plan_id) references backup_plan (account_id, region, id)
);

-- Where the scheduler stands: one row a rule of a current plan version.
create table schedule_cursor (
  account_id   text not null,
  region       text not null,
  plan_id      text not null,
  rule_id      text not null,
  -- When the rule got this schedule: occurrences before it never were its own.
  since        bigint not null,
  -- The last occurrence that was turned into jobs or recorded as missed (or the moment the rule appeared).
  done_until   bigint not null,
  -- The next occurrence after done_until; null: never again.
  next_at      bigint,
  primary key (account_id, region, plan_id, rule_id)
);
create index schedule_cursor_due on schedule_cursor (next_at) where next_at is not null;

-- One row an occurrence of a rule: what it became. INVARIANT: an occurrence runs at most once (primary key).
create table schedule_occurrence (
  account_id    text not null,
  region        text not null,
  plan_id       text not null,
  rule_id       text not null,
  due_at        bigint not null,
  materialized_at bigint not null,
  -- MATERIALIZED, MISSED (server was down past its start window), FAILED (a selection could not be evaluated)
  outcome       text not null,
  jobs          integer not null,
  reason        text,
  primary key (account_id, region, plan_id, rule_id, due_at)
);

create index schedule_occurrence_age on schedule_occurrence (due_at);
create index schedule_occurrence_by_time on schedule_occurrence (account_id, region, due_at desc);

-- Plans of an effective backup policy that could not be made, and why. Cleared when they can be.
create table organization_plan_fault (
  account_id  text not null references account (id),
  region      text not null,
  -- The plan's key in the effective policy; empty: the whole document.
  plan_key    text not null,
  reason      text not null,
  noticed_at  bigint not null,
  primary key (account_id, region, plan_key)
);

create table region_setting (
  account_id  text not null references account (id),
  region      text not null,
  -- ResourceTypeOptInPreference, ResourceTypeManagementPreference
  opt_in      jsonb not null,
  management  jsonb not null,
  primary key (account_id, region)
);

-- Answers of Create* and Start* calls by idempotency token.
create table idempotency_token (
  account_id  text not null references account (id),
  region      text not null,
  operation   text not null,
  token       text not null,
  response    jsonb not null,
  created_at  bigint not null,
  primary key (account_id, region, operation, token)
);
create index idempotency_token_age on idempotency_token (created_at);

create table recovery_point (
  arn                 text primary key,
  account_id          text not null references account (id),
  region              text not null,
  vault_id            uuid not null references backup_vault (id),
  source_vault_arn    text,
  resource_arn        text collate "C" not null,
  resource_type       text not null,
  resource_name       text,
  status              text not null,
  status_message      text,
  iam_role_arn        text not null,
  created_by          jsonb,
  created_at          bigint not null,
  initiated_at        bigint,
  completed_at        bigint,
  size_bytes          bigint,
  -- {moveToColdStorageAfterDays?, deleteAfterDays?, …}: AWS's Lifecycle shape.
  lifecycle           jsonb,
  delete_at           bigint,
  move_to_cold_at     bigint,
  last_restored_at    bigint,
  -- restic's snapshot id in the vault's repository.
  snapshot_id         text not null,
  -- What a restore needs to know of the source (GetRecoveryPointRestoreMetadata).
  restore_metadata    jsonb not null,
  -- Anchor of lineage: the recovery point this was copied from.
  copied_from_arn     text,
  -- A deletion that a worker holds; see jobs/.
  lease_token         bigint not null default 0,
  lease_until         bigint
);
create index recovery_point_by_vault on recovery_point (vault_id, created_at desc);
create index recovery_point_by_resource on recovery_point (account_id, region, resource_arn, created_at desc);
create index recovery_point_due on recovery_point (delete_at) where delete_at is not null;
create index recovery_point_deleting on recovery_point (created_at) where status = 'DELETING';

create table backup_job (
  id                  text primary key,
  account_id          text not null references account (id),
  region              text not null,
  state               text not null check (state in ('CREATED','PENDING','RUNNING','ABORTING','ABORTED','COMPLETED','FAILED','EXPIRED','PARTIAL')),
  status_message      text,
  message_category    text,
  vault_name          text not null,
  resource_arn        text not null,
  resource_type       text not null,
  resource_name       text,
  iam_role_arn        text not null,
  created_by          jsonb,
  -- Lifecycle, tags of the recovery point, copy actions of the rule, BackupOptions: what the job was asked to do.
  request             jsonb not null,
  created_at          bigint not null,
  scheduled_at        bigint not null,
  start_by            bigint not null,
  complete_by         bigint not null,
  initiated_at        bigint,
  completed_at        bigint,
  expected_completion_at bigint,
  percent_done        real not null default 0,
  size_bytes          bigint,
  bytes_transferred   bigint,
  recovery_point_arn  text,
  -- Work: attempts made, when to try next, who holds it until when. A result with an old lease_token is refused.
  attempt             integer not null default 0,
  run_after           bigint not null,
  lease_owner         text,
  lease_token         bigint not null default 0,
  lease_until         bigint
);
create index backup_job_queue on backup_job (run_after, id) where state in ('CREATED', 'PENDING');
create index backup_job_active on backup_job (lease_until) where state in ('RUNNING', 'ABORTING');
create index backup_job_by_account on backup_job (account_id, region, created_at desc, id desc);
create index backup_job_by_resource on backup_job (resource_arn, created_at desc, id desc);
create index backup_job_start_by on backup_job (start_by) where state in ('CREATED', 'PENDING');

create table copy_job (
  id                       text primary key,
  account_id               text not null references account (id),
  region                   text not null,
  state                    text not null check (state in ('CREATED','RUNNING','COMPLETED','FAILED','PARTIAL')),
  status_message           text,
  message_category         text,
  source_vault_arn         text not null,
  source_recovery_point_arn text not null,
  destination_vault_arn    text not null,
  destination_recovery_point_arn text,
  destination_lifecycle    jsonb,
  resource_arn             text not null,
  resource_type            text not null,
  resource_name            text,
  iam_role_arn             text not null,
  created_by               jsonb,
  created_by_backup_job_id text,
  created_at               bigint not null,
  completed_at             bigint,
  size_bytes               bigint,
  attempt                  integer not null default 0,
  run_after                bigint not null,
  lease_owner              text,
  lease_token              bigint not null default 0,
  lease_until              bigint
);
create index copy_job_queue on copy_job (run_after, id) where state = 'CREATED';
create index copy_job_active on copy_job (lease_until) where state = 'RUNNING';
create index copy_job_by_account on copy_job (account_id, region, created_at desc, id desc);

create table restore_job (
  id                  text primary key,
  account_id          text not null references account (id),
  region              text not null,
  status              text not null check (status in ('PENDING','RUNNING','COMPLETED','ABORTED','FAILED')),
  status_message      text,
  recovery_point_arn  text not null,
  recovery_point_created_at bigint,
  source_resource_arn text not null,
  vault_arn           text not null,
  resource_type       text not null,
  iam_role_arn        text,
  metadata            jsonb not null,
  -- CopySourceTagsToRestoredResource
  copy_source_tags    boolean not null default false,
  created_resource_arn text,
  created_at          bigint not null,
  completed_at        bigint,
  percent_done        real not null default 0,
  size_bytes          bigint,
  attempt             integer not null default 0,
  run_after           bigint not null,
  lease_owner         text,
  lease_token         bigint not null default 0,
  lease_until         bigint
);
create index restore_job_queue on restore_job (run_after, id) where status = 'PENDING';
create index restore_job_active on restore_job (lease_until) where status = 'RUNNING';
create index restore_job_by_account on restore_job (account_id, region, created_at desc, id desc);

-- INVARIANT: one backup or copy job at a time on a resource (spec/backup 5.5), held with the job's lease.
create table resource_busy (
  resource_arn  text primary key,
  job_id        text not null
);

-- Vaults in which a worker died or gave up: snapshots that no recovery point names are looked for and forgotten there.
create table orphan_check (
  vault_id  uuid primary key references backup_vault (id) on delete cascade,
  due_at    bigint not null
);

-- The latest time by which points were retired, one row: a clock that is suddenly far ahead of it is not believed at once.
create table retention_clock (
  only_row    boolean primary key default true check (only_row),
  seen_at     bigint not null,
  held_until  bigint
);
