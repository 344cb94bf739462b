-- True from a restore's first step at its place until its marks there are gone: a server may end in between.
alter table restore_job add column has_marks boolean not null default false;
create index restore_job_marked on restore_job (id) where has_marks;
