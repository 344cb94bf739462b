-- Groups, account aliases, versions of policies, when roles were last used, deletions of service-linked roles.

create table iam_group (
  -- AGPA…
  id          text primary key,
  account_id  text not null references account (id),
  name        text not null,
  path        text not null,
  created_at  bigint not null
);
create unique index iam_group_name on iam_group (account_id, lower(name));

-- Users whose permissions are also those of the group. Read with every request of a user.
create table iam_group_member (
  user_id   text not null references iam_user (id) on delete cascade,
  group_id  text not null references iam_group (id) on delete cascade,
  primary key (user_id, group_id)
);
create index iam_group_member_by_group on iam_group_member (group_id);

-- The highest number that a version was ever given: numbers of deleted versions are not given again.
alter table iam_policy add column last_version integer not null default 1;

-- Policies that bound a principal cannot be deleted.
create index iam_user_by_boundary on iam_user (boundary_arn) where boundary_arn is not null;
create index iam_role_by_boundary on iam_role (boundary_arn) where boundary_arn is not null;

-- When a session of the role last signed a request, and to which region.
alter table iam_role add column last_used_at bigint;
alter table iam_role add column last_used_region text;

-- Keys of an account's root are listed.
create index access_key_of_root on access_key (account_id) where user_id is null;

-- Names under which people sign in to an account; one an account, unique in the installation.
create table account_alias (
  account_id  text primary key references account (id),
  alias       text not null unique
);

-- What became of the wish to delete a service-linked role: done at once, or refused while the service needs it.
create table iam_role_deletion (
  -- task/aws-service-role/<service>/<role>/<uuid>
  id          text primary key,
  account_id  text not null references account (id),
  -- Null: the role was deleted. Otherwise why not: {"reason", "usages": [{"region", "resources"}]}.
  failure     jsonb,
  created_at  bigint not null
);
create index iam_role_deletion_by_account on iam_role_deletion (account_id);
