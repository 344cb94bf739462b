-- The delegation (resource) policy, closing of accounts, handshakes.

-- One an organization: who of its members may do what in its management account's stead.
create table organization_resource_policy (
  organization_id  text primary key references organization (id),
  id               text not null unique,
  -- As it is answered: compact, account ids as ARNs of their roots.
  content          text not null,
  created_at       bigint not null
);

-- Accounts whose closing was asked for. The row stays until the account is taken out of its organization.
create table account_closure (
  account_id       text primary key references account (id),
  organization_id  text not null references organization (id),
  requested_at     bigint not null,
  -- null: still pending
  closed_at        bigint
);
create index account_closure_by_organization on account_closure (organization_id, requested_at);
create index account_closure_pending on account_closure (requested_at) where closed_at is null;
create index account_closure_closed on account_closure (closed_at) where closed_at is not null;

-- Agreements between an organization and an account. They outlive the organization: both sides read them for a while.
create table handshake (
  id                     text primary key,
  action                 text not null check (action in ('INVITE', 'ENABLE_ALL_FEATURES', 'APPROVE_ALL_FEATURES',
                                                         'ADD_ORGANIZATIONS_SERVICE_LINKED_ROLE')),
  -- As it was left: past `expires_at`, a requested or open one has expired; nobody has to write that down.
  state                  text not null check (state in ('REQUESTED', 'OPEN', 'CANCELED', 'ACCEPTED', 'DECLINED')),
  -- The sender.
  organization_id        text not null,
  management_account_id  text not null,
  -- The recipient: an account, an address whose account is not known yet, or (neither) the organization itself.
  account_id             text,
  email                  text,
  parent_id              text references handshake (id) on delete cascade,
  -- What is told about the sender, the recipient and why: AWS's Resources, as JSON.
  resources              jsonb not null,
  -- Given to the account when it joins.
  tags                   jsonb not null,
  requested_at           bigint not null,
  expires_at             bigint not null,
  -- null: requested or open
  ended_at               bigint
);
create index handshake_by_organization on handshake (organization_id, id);
create index handshake_by_account on handshake (account_id, id) where account_id is not null;
create index handshake_by_email on handshake (lower(email), id) where email is not null;
create index handshake_by_parent on handshake (parent_id) where parent_id is not null;
create index handshake_over on handshake (coalesce(ended_at, expires_at));
