-- Identities of accounts: users, roles, their policies, access keys and sessions.
-- Names are unique in an account whatever their letter case, as IAM's are.

create table iam_user (
  -- AIDA…; INVARIANT: never given twice, so that a later namesake is somebody else.
  id            text primary key,
  account_id    text not null references account (id),
  name          text not null,
  path          text not null,
  boundary_arn  text,
  tags          jsonb not null,
  created_at    bigint not null
);
create unique index iam_user_name on iam_user (account_id, lower(name));

create table iam_role (
  -- AROA…
  id                    text primary key,
  account_id            text not null references account (id),
  name                  text not null,
  path                  text not null,
  description           text,
  -- The trust policy as JSON text.
  trust_policy          text not null,
  max_session_seconds   integer not null,
  boundary_arn          text,
  tags                  jsonb not null,
  -- The service that a service-linked role belongs to; such a role is made, changed and removed by the service's rules only.
  linked_service        text,
  created_at            bigint not null
);
create unique index iam_role_name on iam_role (account_id, lower(name));

-- Managed policies that customers made. AWS's own are data of the program (authorization/managed-policies.ts).
create table iam_policy (
  -- ANPA…
  id               text primary key,
  arn              text not null unique,
  account_id       text not null references account (id),
  name             text not null,
  path             text not null,
  description      text,
  default_version  text not null,
  tags             jsonb not null,
  created_at       bigint not null,
  updated_at       bigint not null
);
create unique index iam_policy_name on iam_policy (account_id, lower(name));

create table iam_policy_version (
  policy_id   text not null references iam_policy (id) on delete cascade,
  -- v1, v2, …
  version_id  text not null,
  document    text not null,
  created_at  bigint not null,
  primary key (policy_id, version_id)
);

-- Managed policies of a user or role, in the order of attachment.
create table iam_attachment (
  principal_id  text not null,
  policy_arn    text not null,
  account_id    text not null references account (id),
  position      bigint not null generated always as identity,
  primary key (principal_id, policy_arn)
);
create index iam_attachment_by_policy on iam_attachment (policy_arn, account_id);

create table iam_inline_policy (
  principal_id  text not null,
  name          text not null,
  document      text not null,
  primary key (principal_id, name)
);

create table access_key (
  -- AKIA…
  id                 text primary key,
  account_id         text not null references account (id),
  -- Null: a key of the account's root.
  user_id            text references iam_user (id),
  -- Sealed with context access-key:<id>.
  secret_sealed      bytea not null,
  status             text not null check (status in ('Active', 'Inactive')),
  created_at         bigint not null,
  last_used_at       bigint,
  last_used_service  text,
  last_used_region   text
);
create index access_key_by_user on access_key (user_id);

-- Sessions that AssumeRole made. Rows outlive their expiry for a while, so that an expired key is told from an unknown one.
create table iam_session (
  -- ASIA…
  access_key_id   text primary key,
  account_id      text not null references account (id),
  role_id         text not null references iam_role (id) on delete cascade,
  name            text not null,
  -- {"secretAccessKey","sessionToken"}, sealed with context session:<access_key_id>.
  secret_sealed   bytea not null,
  -- Session policies: inline documents and ARNs of managed policies.
  policies        jsonb not null,
  policy_arns     jsonb not null,
  tags            jsonb not null,
  source_identity text,
  created_at      bigint not null,
  expires_at      bigint not null
);
create index iam_session_expired on iam_session (expires_at);
create index iam_session_by_role on iam_session (role_id);

-- A known text, sealed when the database was new: tells a wrong master key before anything is sealed with it.
create table master_key_check (
  one     boolean primary key default true check (one),
  -- Sealed with context master-key-check.
  sealed  bytea not null
);
