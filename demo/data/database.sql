-- A shop's database, the same on every machine: no clock, no random(). More than 200,000 rows in seven tables, with the
-- kinds of columns, keys and objects that a dump must carry.
-- :seed makes each account's data its own.

create type order_state as enum ('open', 'paid', 'shipped', 'returned');
create domain email_address as text check (value like '%_@_%');

create table customer (
  id integer primary key,
  name text not null,
  email email_address not null unique,
  joined_on date not null,
  note text
);
insert into customer
select id,
  (array['Ada', 'Grace', 'Édith', 'Søren', '花子', 'Ωμέγα', 'O''Brien', 'Zoë "Zed"'])[1 + id % 8] || ' ' || md5(:seed || id::text),
  'customer' || id || '@example.com',
  date '2001-01-01' + (id * 37) % 9000,
  case when id % 3 = 0 then null when id % 3 = 1 then '' else e'two\nlines, a \\ and a tab\t' end
from generate_series(1, 12000) as id;

create table product (
  sku text primary key,
  title text not null,
  price numeric(12, 4) not null check (price >= 0),
  attributes jsonb not null,
  photo bytea
);
insert into product
select 'SKU-' || lpad(id::text, 6, '0'), 'Product ' || id, (id * 7919 % 1000003)::numeric / 10000,
  jsonb_build_object('color', (array['red', 'green', 'blue'])[1 + id % 3], 'sizes', jsonb_build_array(id % 7, id % 11), 'seed', :seed),
  case when id % 10 = 0 then decode(repeat(md5(:seed || id::text), 32), 'hex') end
from generate_series(1, 3000) as id;

create table purchase (
  id bigint primary key,
  customer_id integer not null references customer,
  placed_at timestamptz not null,
  state order_state not null,
  labels text[] not null default '{}'
);
insert into purchase
select id, 1 + (id * 7907) % 12000, timestamptz '2020-02-29 12:00:00+00' + id * interval '61 seconds',
  (enum_range(null::order_state))[1 + id % 4],
  case id % 4 when 0 then '{}' when 1 then array['gift'] when 2 then array['urgent', 'a "quoted" label'] else array[null, 'null'] end
from generate_series(1, 60000) as id;

create table purchase_line (
  purchase_id bigint not null references purchase,
  line smallint not null,
  sku text not null references product,
  quantity integer not null,
  discount double precision not null,
  primary key (purchase_id, line)
);
insert into purchase_line
select purchase, line, 'SKU-' || lpad((1 + (purchase * 31 + line * 17) % 3000)::text, 6, '0'), 1 + (purchase + line) % 9, 1.0 / (purchase + line)
from generate_series(1, 60000) as purchase, generate_series(1, 2) as line;

create table event (
  at timestamptz not null,
  source inet not null,
  took interval not null,
  body text not null,
  constraint event_took_time check (took >= interval '0')
) partition by range (at);
create table event_2023 partition of event for values from ('2023-01-01') to ('2024-01-01');
create table event_2024 partition of event for values from ('2024-01-01') to ('2025-01-01');
insert into event
select timestamptz '2023-01-01 00:00:00+00' + id * interval '15 minutes', ('10.' || id % 256 || '.' || id / 256 % 256 || '.1')::inet,
  (id % 5000) * interval '1 millisecond', md5(:seed || id::text) || repeat(' lorem ipsum', id % 5)
from generate_series(0, 29999) as id;

create table extreme (
  id integer generated always as identity primary key,
  number double precision,
  big numeric,
  moment timestamptz,
  span daterange,
  text_value text
);
insert into extreme (number, big, moment, span, text_value) values
  ('NaN', 'NaN', 'infinity', 'empty', ''),
  ('Infinity', 99999999999999999999999999.000000000001, '-infinity', '[2000-01-01,)', null),
  ('-0', -0.000000000000000000001, '0044-03-15 12:00:00+00 BC', '(,2000-01-01)', '\N'),
  (4.9e-324, 0, '1883-11-18 12:03:58-05', '[2024-02-29,2024-03-01)', '\.');

create index purchase_by_customer on purchase (customer_id, placed_at desc);
create index product_by_attribute on product using gin (attributes);
create view spent as
  select customer_id, sum(quantity * price) as total from purchase join purchase_line on purchase_id = purchase.id join product using (sku) group by customer_id;
create materialized view best_customer as select * from spent order by total desc, customer_id limit 100;
create sequence ticket start 1000;
select setval('ticket', 123456);
create function customer_total(integer) returns numeric language sql stable as 'select total from spent where customer_id = $1';
comment on table customer is 'People who bought something — or may';
