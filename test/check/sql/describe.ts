import { parse } from 'libpg-query';
import type { Database, Sql } from '#store/database.js';
import type { WrittenStatement } from '#store/statement.js';
import { type Column, columnsOf, type Tables } from './columns.js';

/**
 * What PostgreSQL says of a statement. Types are PostgreSQL's names: `uuid`, `text[]`, `timestamp with time zone`, …
 */
export interface Described {
  parameters: string[];
  columns: (Column & { type: string })[];
}

/** Tables and views of the migrated schema with their columns; `origin` names each. */
export async function tablesOf(db: Sql): Promise<Tables> {
  const { rows } = await db.query<{ table: string; column: string; required: boolean }>(
    `select case when n.nspname = 'public' then '' else n.nspname || '.' end || c.relname as table,
       a.attname as column, a.attnotnull as required
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relkind in ('r', 'p', 'v') and n.nspname in ('public', 'access_log', 'pg_catalog')
     order by c.oid, a.attnum`,
  );
  const tables: Tables = new Map();
  for (const { table, column, required } of rows) {
    const columns = tables.get(table) ?? [];
    columns.push({ name: column, nullable: !required, origin: `${table}.${column}` });
    tables.set(table, columns);
    if (table.startsWith('pg_catalog.')) tables.set(table.slice('pg_catalog.'.length), columns);
  }
  return tables;
}

/** Prepares the statement and reads its tree. @throws Error where PostgreSQL, or the tree's reader, does not take it */
export async function describe(db: Database, { text }: WrittenStatement, tables: Tables): Promise<Described> {
  const { stmts } = (await parse(text)) as { stmts: { stmt: Record<string, unknown> }[] };
  const columns = columnsOf(stmts[0]!.stmt, tables);
  const { parameters, results } = await db.transaction(async (sql) => {
    await sql.query(`prepare described as ${text}`);
    const { rows } = await sql.query<{ parameters: string[]; results: string[] | null }>(
      `select parameter_types::text[] as parameters, result_types::text[] as results
       from pg_prepared_statements where name = 'described'`,
    );
    await sql.query('deallocate described');
    return rows[0]!;
  });
  const types = results ?? [];
  if (types.length !== columns.length)
    throw new Error(`PostgreSQL sees ${types.length} columns, the tree has ${columns.map(({ name }) => name).join()}`);
  return { parameters, columns: columns.map((column, n) => ({ ...column, type: types[n]! })) };
}
