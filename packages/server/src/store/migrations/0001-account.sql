-- Accounts of the installation: members of organizations or standing alone.
-- All moments are bigint milliseconds since 1970 (see store/database.ts).
create table account (
  id           text primary key check (id ~ '^\d{12}$'),
  name         text not null,
  email        text not null,
  state        text not null check (state in ('PENDING_ACTIVATION', 'ACTIVE', 'SUSPENDED', 'PENDING_CLOSURE', 'CLOSED')),
  created_at   bigint not null
);
create unique index account_email on account (lower(email));
