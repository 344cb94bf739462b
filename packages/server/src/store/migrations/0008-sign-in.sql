-- Signing in to the console, MFA, and sessions of users, roots and federated identities.
-- A principal is a user (user_id) or an account's root (user_id null).

create table login_profile (
  -- The user's id; of a root, the account's id.
  principal_id    text primary key,
  account_id      text not null references account (id),
  user_id         text references iam_user (id),
  -- With its parameters (sign-in/passwords.ts).
  password_hash   text not null,
  reset_required  boolean not null,
  created_at      bigint not null
);
create index login_profile_by_user on login_profile (user_id);

create table mfa_device (
  -- arn:aws:iam::<account>:mfa/<path><name>
  serial_number  text primary key,
  account_id     text not null references account (id),
  name           text not null,
  path           text not null,
  -- Sealed with context mfa-device:<serial_number>.
  seed_sealed    bytea not null,
  tags           jsonb not null,
  created_at     bigint not null,
  -- Whose it is, as in login_profile; null: enabled for nobody.
  principal_id   text,
  user_id        text references iam_user (id),
  enabled_at     bigint,
  -- How many steps of 30 seconds its clock is ahead of ours, as the last synchronization found.
  drift_steps    integer not null default 0,
  -- The step of the last code that was taken. INVARIANT: only grows while the device is somebody's, so no code is taken twice.
  last_step      bigint,
  check ((principal_id is null) = (enabled_at is null))
);
create unique index mfa_device_name on mfa_device (account_id, lower(name));
create index mfa_device_by_principal on mfa_device (principal_id);
create index mfa_device_by_user on mfa_device (user_id);

create table sign_in_session (
  id            text primary key,
  -- SHA-256 of the cookie's token: who reads this table cannot sign in with it.
  token_hash    bytea not null unique,
  account_id    text not null references account (id),
  principal_id  text not null,
  user_id       text references iam_user (id) on delete cascade,
  -- When a one-time code was given; null: none was.
  mfa_at        bigint,
  created_at    bigint not null,
  last_used_at  bigint not null
);
create index sign_in_session_by_principal on sign_in_session (principal_id);
create index sign_in_session_by_user on sign_in_session (user_id);
create index sign_in_session_by_account on sign_in_session (account_id);
create index sign_in_session_by_age on sign_in_session (last_used_at);

-- Failed attempts at passwords and one-time codes, by who was tried and by where from.
create table sign_in_failure (
  -- A digest of what was tried: names of users who do not exist are tried too, and are nobody's business.
  subject        bytea primary key,
  failures       integer not null,
  last_at        bigint not null,
  locked_until   bigint
);
create index sign_in_failure_by_age on sign_in_failure (last_at);

-- A session is of a role, of a user, or (neither) of the account's root.
alter table iam_session
  alter column role_id drop not null,
  add column user_id text references iam_user (id) on delete cascade,
  -- Credentials of somebody who is signed in end with the sign-in.
  add column sign_in_id text references sign_in_session (id) on delete cascade,
  add column transitive_tag_keys jsonb not null default '[]',
  add column mfa_at bigint,
  -- ARN of the identity provider that vouched for the session.
  add column federated_provider text,
  add constraint iam_session_of_one check (role_id is null or user_id is null);
create index iam_session_by_user on iam_session (user_id);
create index iam_session_by_sign_in on iam_session (sign_in_id);
