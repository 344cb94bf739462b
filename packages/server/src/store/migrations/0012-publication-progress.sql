-- How far the publication of effective policies is, for those who wait for it.

alter table effective_policy_change add column changed_at bigint;
update effective_policy_change set changed_at = due_at;
alter table effective_policy_change alter column changed_at set not null;

-- One row an organization and type that was ever published: work that is done leaves nothing else to read times from.
create table effective_policy_progress (
  organization_id  text not null references organization (id) on delete cascade,
  type             text not null,
  -- The latest change that has been turned into work.
  changed_at       bigint,
  -- When a batch of accounts was last published.
  published_at     bigint,
  primary key (organization_id, type)
);

-- Who has waited longest, found without reading all who wait.
create index plan_reconcile_work_order on plan_reconcile_work (requested_at);
