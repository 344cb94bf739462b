/**
 * Whether two PostgreSQL databases hold the same: each table's rows by checksum, and the definitions of what is
 * around them.
 *
 * A table's checksum is over all rows as text, in the order of their own checksums: physical order does not count,
 * every
 * value does. Texts depend on the session (time zone, digits of floats), so both are read with the same settings.
 */
import type pg from 'pg';

export interface DatabaseComparison {
  readonly tables: number;
  readonly rows: number;
  /** Tables, columns, constraints, indexes, sequences, views, functions, comments that were compared. */
  readonly definitions: number;
  /** Empty if the databases are equal. */
  readonly differences: readonly string[];
}

const SESSION = `set timezone to 'UTC'; set datestyle to 'ISO, YMD'; set intervalstyle to 'postgres';
  set extra_float_digits to 3; set bytea_output to 'hex'; set search_path to public`;

/** `stored`: has rows of its own. A partitioned table shows those of its parts, a materialized view those of others. */
const TABLES = `select format('%I.%I', nspname, relname) as name, relkind = 'r' as stored
  from pg_class join pg_namespace on pg_namespace.oid = relnamespace
  where relkind in ('r', 'p', 'm') and nspname not in ('pg_catalog', 'information_schema') and nspname not like 'pg_toast%'
  order by 1`;

/** Each row is one definition as text. */
const DEFINITIONS = `
  select format('column %s.%s %s %s default %s', c.oid::regclass, a.attname, format_type(a.atttypid, a.atttypmod),
      case when a.attnotnull then 'not null' else 'null' end, pg_get_expr(d.adbin, d.adrelid)) as definition
    from pg_attribute a join pg_class c on c.oid = a.attrelid left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'm', 'v')
  union all select format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    from pg_constraint where connamespace = 'public'::regnamespace
  union all select 'index ' || indexdef from pg_indexes where schemaname = 'public'
  union all select format('view %s %s', viewname, definition) from pg_views where schemaname = 'public'
  union all select format('sequence %s %s', sequencename, last_value) from pg_sequences where schemaname = 'public'
  union all select format('function %s', pg_get_functiondef(oid)) from pg_proc where pronamespace = 'public'::regnamespace
  union all select format('enum %s %s', enumtypid::regtype, enumlabel) from pg_enum
  union all select format('comment %s %s', objoid::regclass, description) from pg_description
    where classoid = 'pg_class'::regclass and objoid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
  order by 1`;

interface TableSum {
  readonly isStored: boolean;
  readonly rows: number;
  readonly checksum: string;
}

export async function compareDatabases(original: pg.Client, restored: pg.Client): Promise<DatabaseComparison> {
  const [before, after] = await Promise.all([contents(original), contents(restored)]);
  const differences: string[] = [];
  for (const [table, was] of before.tables) {
    const is = after.tables.get(table);
    if (!is) differences.push(`table ${table} is missing`);
    else if (was.rows !== is.rows) differences.push(`table ${table} had ${was.rows} rows, has ${is.rows}`);
    else if (was.checksum !== is.checksum) differences.push(`table ${table}: rows differ`);
  }
  for (const table of after.tables.keys())
    if (!before.tables.has(table)) differences.push(`table ${table} was not there before`);
  for (const definition of before.definitions)
    if (!after.definitions.has(definition)) differences.push(`lost: ${definition}`);
  for (const definition of after.definitions)
    if (!before.definitions.has(definition)) differences.push(`new: ${definition}`);
  return {
    tables: before.tables.size,
    rows: [...before.tables.values()].reduce((sum, { rows, isStored }) => sum + (isStored ? rows : 0), 0),
    definitions: before.definitions.size,
    differences,
  };
}

interface Contents {
  readonly tables: ReadonlyMap<string, TableSum>;
  readonly definitions: ReadonlySet<string>;
}

async function contents(client: pg.Client): Promise<Contents> {
  await client.query(SESSION);
  const { rows: names } = await client.query<{ name: string; stored: boolean }>(TABLES);
  const tables = new Map<string, TableSum>();
  for (const { name, stored } of names) {
    const { rows } = await client.query<{ rows: string; checksum: string }>(
      `select count(*) as rows, md5(coalesce(string_agg(sum, '' order by sum), '')) as checksum
         from (select md5(each::text) as sum from ${name} as each) as sums`,
    );
    const [sum] = rows;
    if (sum) tables.set(name, { isStored: stored, rows: Number(sum.rows), checksum: sum.checksum });
  }
  const { rows: definitions } = await client.query<{ definition: string }>(DEFINITIONS);
  return { tables, definitions: new Set(definitions.map(({ definition }) => definition)) };
}
