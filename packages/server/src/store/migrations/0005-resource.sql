-- Resources registered through the Cloud Control API.
create table resource (
  arn            text primary key,
  account_id     text not null references account (id),
  region         text not null,
  -- Holdfast::FileSystem::Directory, Holdfast::Database::PostgreSQL, …
  type_name      text not null,
  -- AWS's name of the resource type in backup answers: EFS, RDS, …
  resource_type  text not null,
  -- The Cloud Control primary identifier, unique per account, region and type.
  identifier     text not null,
  name           text,
  -- The desired state without its secrets.
  properties     jsonb not null,
  -- Secrets of the desired state (passwords), sealed with context resource:<arn>; null: none.
  secrets_sealed bytea,
  tags           jsonb not null,
  created_at     bigint not null,
  updated_at     bigint not null,
  unique (account_id, region, type_name, identifier)
);
create index resource_by_account on resource (account_id, region, resource_type);
create index resource_tags on resource using gin (tags jsonb_path_ops);

create table resource_request (
  token          text primary key,
  account_id     text not null references account (id),
  region         text not null,
  operation      text not null check (operation in ('CREATE', 'UPDATE', 'DELETE')),
  status         text not null,
  error_code     text,
  status_message text,
  type_name      text not null,
  identifier     text,
  client_token   text,
  -- Of the whole request: a token that comes back with another one is refused.
  request_hash   text,
  created_at     bigint not null
);
create unique index resource_request_client_token on resource_request (account_id, region, client_token) where client_token is not null;
