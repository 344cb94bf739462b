-- The record of events: what was asked of the API and what the services did by themselves, sealed in a chain.

-- One partition a day of UTC, made ahead and dropped whole (store/audit-partitions.ts).
create table audit_record (
  event_at        bigint not null,
  id              uuid not null,
  -- Of the account that reads it (recipientAccountId). null: nobody's, for the operator alone.
  account_id      text,
  region          text not null,
  event_source    text not null,
  event_name      text not null,
  read_only       boolean not null,
  username        text,
  access_key_id   text,
  resource_types  text[],
  -- ARNs, and the names that they end in.
  resource_names  text[],
  -- In CloudTrail's form; text, because what is sealed are its bytes.
  record          text not null,
  -- Under a key that the database does not hold (audit/seal.ts).
  mac             bytea not null,
  primary key (event_at, id)
) partition by range (event_at);
create index audit_record_by_account on audit_record (account_id, region, event_at, id);
-- Days that nobody made a partition for: a clock that jumped, a server that was just started.
create table audit_record_other partition of audit_record default;

-- Records that are committed and not in the chain yet.
create table audit_pending (
  position  bigint generated always as identity primary key,
  event_at  bigint not null,
  id        uuid not null,
  mac       bytea not null
);

-- The chain, a block for each look at what is pending.
create table audit_seal (
  number          bigint primary key,
  -- Of UTC, when it was sealed: 2030-12-31. Never earlier than that of the block before.
  day             text not null,
  -- Place of the first record in the day's chain, from 1.
  first_sequence  bigint not null,
  record_count    integer not null,
  -- 56 bytes a record: moment (8), id (16), mac (32).
  entries         bytea not null,
  -- Over the head of the block before and all of the above.
  head            bytea not null
);
alter table audit_seal alter column entries set storage external;
create index audit_seal_by_day on audit_seal (day, number);

-- Days that went for their age: the chain goes on from the last one's head.
create table audit_day (
  day           text primary key,
  -- Of the day's last block.
  number        bigint not null,
  record_count  bigint not null,
  head          bytea not null,
  aged_out_at   bigint not null,
  -- Says that it was us who dropped the day.
  mac           bytea not null
);

-- What the services did by themselves, noted in the transaction that did it; the room `audit` makes records of it.
create table audit_fact (
  id       bigint generated always as identity primary key,
  kind     text not null,
  content  jsonb not null
);

-- Notes the row of a trigger: its kind is the first argument, columns to leave out are the others.
create function audit_note() returns trigger language plpgsql as $$
declare
  content jsonb := case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
begin
  content := content - tg_argv[1:];
  if content ? 'organization_id' then
    content := content || jsonb_build_object('management_account_id',
      (select management_account_id from organization where id = content ->> 'organization_id'));
  end if;
  -- That an organization is made is told by the call that made it.
  if tg_argv[0] = 'account-joined' and content -> 'account_id' = content -> 'management_account_id' then
    return null;
  end if;
  insert into audit_fact (kind, content) values (tg_argv[0], content);
  return null;
end $$;

create trigger audit_started after update on backup_job for each row
  when (new.state = 'RUNNING' and old.state <> 'RUNNING') execute function audit_note('backup-job-started', 'request');
create trigger audit_ended after update on backup_job for each row
  when (new.state <> old.state and new.state in ('COMPLETED', 'PARTIAL', 'FAILED', 'ABORTED', 'EXPIRED'))
  execute function audit_note('backup-job-ended', 'request');

create trigger audit_started after update on copy_job for each row
  when (new.state = 'RUNNING' and old.state <> 'RUNNING') execute function audit_note('copy-job-started');
create trigger audit_ended after update on copy_job for each row
  when (new.state <> old.state and new.state in ('COMPLETED', 'PARTIAL', 'FAILED'))
  execute function audit_note('copy-job-ended');

-- The metadata of a restore may hold secrets.
create trigger audit_started after update on restore_job for each row
  when (new.status = 'RUNNING' and old.status <> 'RUNNING') execute function audit_note('restore-started', 'metadata');
create trigger audit_ended after update on restore_job for each row
  when (new.status <> old.status and new.status in ('COMPLETED', 'ABORTED', 'FAILED'))
  execute function audit_note('restore-ended', 'metadata');

create trigger audit_created after insert on recovery_point for each row
  execute function audit_note('recovery-point-created', 'restore_metadata');
create trigger audit_deleted after delete on recovery_point for each row
  execute function audit_note('recovery-point-deleted', 'restore_metadata');

create trigger audit_organization_plan_made after update on backup_plan for each row
  when (new.managed_by = 'ORGANIZATION' and new.deleted_at is null
    and (old.current_version_id is null or old.deleted_at is not null))
  execute function audit_note('organization-plan-created');
create trigger audit_organization_plan_changed after update on backup_plan for each row
  when (new.managed_by = 'ORGANIZATION' and new.deleted_at is null and old.deleted_at is null
    and old.current_version_id <> new.current_version_id)
  execute function audit_note('organization-plan-updated');
create trigger audit_organization_plan_ended after update on backup_plan for each row
  when (new.managed_by = 'ORGANIZATION' and new.deleted_at is not null and old.deleted_at is null)
  execute function audit_note('organization-plan-deleted');
create trigger audit_created after update on create_account_request for each row
  when (new.state <> old.state) execute function audit_note('account-created', 'email', 'account_name', 'tags');
create trigger audit_closed after update on account_closure for each row
  when (new.closed_at is not null and old.closed_at is null) execute function audit_note('account-closed');
create trigger audit_joined after insert on organization_member for each row
  execute function audit_note('account-joined');

create trigger audit_invalid after insert on effective_policy for each row
  when (new.errors <> '[]'::jsonb) execute function audit_note('effective-policy', 'document_digest');
create trigger audit_validity after update on effective_policy for each row
  when ((new.errors = '[]'::jsonb) <> (old.errors = '[]'::jsonb))
  execute function audit_note('effective-policy', 'document_digest');
