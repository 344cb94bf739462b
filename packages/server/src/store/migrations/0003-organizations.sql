-- Organizations: tree, members, policies, attachments, tags, trust; and the publication of effective policies.
-- Made so that handshakes, the delegation policy and closing of accounts can be added without changing what is here.

create table organization (
  id                     text primary key,
  management_account_id  text not null unique references account (id),
  -- Its row stands in organization_node.
  root_id                text not null unique,
  feature_set            text not null check (feature_set in ('ALL', 'CONSOLIDATED_BILLING')),
  created_at             bigint not null
);

-- The root and the organizational units. INVARIANT: they never move, so a path is final; only accounts move.
create table organization_node (
  id               text primary key,
  organization_id  text not null references organization (id),
  -- null: the root
  parent_id        text references organization_node (id),
  name             text not null,
  -- o-…/r-…/ou-…/ with the node's own id last: a subtree is a prefix.
  path             text collate "C" not null unique,
  -- 0: the root
  depth            integer not null,
  created_at       bigint not null,
  unique (parent_id, name)
);
create index organization_node_by_organization on organization_node (organization_id);
create index organization_node_children on organization_node (parent_id, id);

-- INVARIANT: an account is in at most one organization (primary key).
create table organization_member (
  account_id       text primary key references account (id),
  organization_id  text not null references organization (id),
  parent_id        text not null references organization_node (id),
  -- The parent's path and the account's id.
  path             text collate "C" not null unique,
  joined_method    text not null check (joined_method in ('INVITED', 'CREATED')),
  joined_at        bigint not null
);
create index organization_member_by_organization on organization_member (organization_id, account_id);
create index organization_member_by_parent on organization_member (parent_id, account_id);

create table create_account_request (
  id               text primary key,
  organization_id  text not null references organization (id),
  account_name     text not null,
  email            text not null,
  role_name        text not null,
  -- [{"Key":…,"Value":…}]
  tags             jsonb not null,
  state            text not null check (state in ('IN_PROGRESS', 'SUCCEEDED', 'FAILED')),
  requested_at     bigint not null,
  -- Failures of ours, not of the request; after some of them it is given up.
  failed_attempts  integer not null default 0,
  completed_at     bigint,
  account_id       text references account (id),
  failure_reason   text
);
create index create_account_request_by_organization on create_account_request (organization_id, requested_at desc, id desc);
-- Also: one request at a time for an address.
create unique index create_account_request_open on create_account_request (lower(email)) where state = 'IN_PROGRESS';

create table organization_policy_type (
  organization_id  text not null references organization (id),
  type             text not null,
  enabled_at       bigint not null,
  -- A new number each time: what was published under an older one is stale.
  enablement       bigint generated always as identity,
  primary key (organization_id, type)
);

create table organization_policy (
  id               text primary key,
  -- null: managed by AWS, the same in every organization
  organization_id  text references organization (id),
  type             text not null,
  name             text not null,
  description      text not null,
  -- Exactly as sent.
  content          text not null,
  -- Grows with every change of the content: (id, revision) names one text for ever.
  revision         integer not null default 1,
  created_at       bigint not null
);
create unique index organization_policy_name on organization_policy (organization_id, type, name);
create index organization_policy_by_type on organization_policy (organization_id, type, id);

insert into organization_policy (id, organization_id, type, name, description, content, created_at) values
  ('p-FullAWSAccess', null, 'SERVICE_CONTROL_POLICY', 'FullAWSAccess', 'Allows access to every operation',
   -- As recorded, spaces and all.
   E'{\n  "Version": "2012-10-17",\n  "Statement": [\n    {\n      "Effect": "Allow",\n      "Action": "*",\n      "Resource": "*"\n    }\n  ]\n}', 0),
  ('p-RCPFullAWSAccess', null, 'RESOURCE_CONTROL_POLICY', 'RCPFullAWSAccess', 'Allows access to every operation',
   '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}', 0);

create table policy_attachment (
  -- A root, an organizational unit or an account.
  target_id        text not null,
  policy_id        text not null references organization_policy (id),
  organization_id  text not null references organization (id),
  type             text not null,
  -- Order of attachment, which the merge goes by.
  position         bigint generated always as identity,
  primary key (target_id, policy_id)
);
create index policy_attachment_by_target on policy_attachment (target_id, type, position);
create index policy_attachment_by_policy on policy_attachment (policy_id, organization_id, target_id);
create index policy_attachment_by_type on policy_attachment (organization_id, type);

-- Tags of roots, organizational units, accounts and policies, by id.
create table organization_tag (
  resource_id      text not null,
  organization_id  text not null references organization (id),
  key              text collate "C" not null,
  value            text not null,
  primary key (resource_id, key)
);
create index organization_tag_by_organization on organization_tag (organization_id);

create table organization_service_access (
  organization_id    text not null references organization (id),
  service_principal  text collate "C" not null,
  enabled_at         bigint not null,
  primary key (organization_id, service_principal)
);

create table delegated_administrator (
  account_id         text not null references organization_member (account_id),
  service_principal  text collate "C" not null,
  organization_id    text not null references organization (id),
  enabled_at         bigint not null,
  primary key (account_id, service_principal)
);
create index delegated_administrator_by_service on delegated_administrator (organization_id, service_principal, account_id);

-- Something changed at `path` (a root, unit or account and all below): one row a change, whatever hangs below.
-- Never updated, so that writing one waits for nobody.
create table effective_policy_change (
  id               bigint generated always as identity primary key,
  organization_id  text not null references organization (id) on delete cascade,
  type             text not null,
  path             text collate "C" not null,
  due_at           bigint not null
);
create index effective_policy_change_due on effective_policy_change (due_at);

-- What the changes come to: accounts whose effective policy is to be made anew.
create table effective_policy_work (
  account_id       text not null references account (id),
  type             text not null,
  organization_id  text not null references organization (id) on delete cascade,
  requested_at     bigint not null,
  primary key (account_id, type)
);
create index effective_policy_work_order on effective_policy_work (requested_at, organization_id, type, account_id);

-- Documents, each text once: thousands of accounts share one.
create table effective_document (
  -- SHA-256 of type and content
  digest        bytea primary key,
  type          text not null,
  content       text not null,
  used_at       bigint not null
);

create table effective_policy (
  account_id       text not null references account (id),
  type             text not null,
  organization_id  text not null references organization (id) on delete cascade,
  -- The last valid document.
  document_digest  bytea not null references effective_document (digest),
  -- Policies that gave that document a value.
  contributors     text[] not null,
  -- Faults of the last evaluation, [{"errorCode":…,…}]; while there are any, the document is of an earlier one.
  errors           jsonb not null,
  -- The account's place when that evaluation was made.
  path             text collate "C" not null,
  evaluated_at     bigint not null,
  updated_at       bigint not null,
  -- Of the type when the evaluation was made. Another one: the document is shown until the next publication, and not in force.
  enablement       bigint not null,
  primary key (account_id, type)
);
create index effective_policy_by_document on effective_policy (document_digest);
create index effective_policy_invalid on effective_policy (organization_id, type, account_id) where errors <> '[]';

-- Accounts whose backup document changed; the reconciler makes their plans anew and removes the row.
create table plan_reconcile_work (
  account_id    text primary key references account (id),
  requested_at  bigint not null
);
