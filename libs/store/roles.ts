import pg from 'pg';
import { functionGrants, type Role, roles, schemasUsed, tableGrants } from './grants.js';

const names = Object.values(roles);

/**
 * Makes the roles where this user may, and gives them what `grants.ts` says. Writes only what differs; where everything
 * is as it should be, nothing. Without roles there is nothing to give.
 */
export async function bringGrants(client: pg.Client): Promise<void> {
  if (!(await makeRoles(client))) return;
  if ((await differences(client)).length === 0) return;
  await client.query('begin');
  try {
    await client.query(`select pg_advisory_xact_lock(hashtext('stellwerk grants'))`);
    await client.query((await differences(client)).join(';\n')); // the last holder of the lock may have done it
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

/** False where there are no such roles and this user may make none. */
async function makeRoles(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ missing: string[]; may: boolean }>(
    `select
       array(select name from unnest($1::text[]) name where name not in (select rolname from pg_roles)) as missing,
       (select rolsuper or rolcreaterole from pg_roles where rolname = current_user) as may`,
    [names],
  );
  const { missing, may } = rows[0]!;
  if (missing.length === 0) return true;
  if (!may) return false;
  for (const name of missing) await client.query(making(name));
  return true;
}

/** Roles belong to the whole server: another of its databases may be making the same one. */
function making(name: string): string {
  return `do $$ begin
    create role ${name} nologin;
    if not (select rolsuper from pg_roles where rolname = current_user) then grant ${name} to current_user; end if;
  exception when duplicate_object or unique_violation then null;
  end $$`;
}

/** The statements that bring the rights of the roles to what `grants.ts` says. */
async function differences(client: pg.Client): Promise<string[]> {
  return [...(await ofSchemas(client)), ...(await ofTables(client)), ...(await ofFunctions(client))];
}

async function ofSchemas(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ schema: string; role: string }>(
    `select nspname as schema, role
     from pg_namespace, unnest($2::text[]) role
     where nspname = any($1) and not has_schema_privilege(role, pg_namespace.oid, 'usage')`,
    [schemasUsed, names],
  );
  return rows.map(({ schema, role }) => `grant usage on schema ${schema} to ${role}`);
}

async function ofTables(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ table: string; relation: string; partition: boolean; has: string[] }>(
    `select
       case nspname when 'public' then '' else nspname || '.' end || relname as table,
       format('%I.%I', nspname, relname) as relation, relispartition as partition,
       array(
         select pg_get_userbyid(acl.grantee) || ' ' || lower(acl.privilege_type)
         from aclexplode(relacl) acl
         where pg_get_userbyid(acl.grantee) = any($1)
         union all
         select pg_get_userbyid(acl.grantee) || ' ' || lower(acl.privilege_type) || '(' || attname || ')'
         from pg_attribute, aclexplode(attacl) acl
         where attrelid = pg_class.oid and pg_get_userbyid(acl.grantee) = any($1)
       ) as has
     from pg_class
     join pg_namespace on pg_namespace.oid = relnamespace
     where nspname in ('public', 'access_log') and relkind in ('r', 'p')`,
    [names],
  );
  return rows.flatMap(({ table, relation, partition, has }) =>
    (Object.keys(roles) as Role[]).flatMap((role) => {
      const wanted = (!partition && tableGrants[table]?.[role]?.split(' ').sort()) || [];
      const now = has.flatMap((one) => (one.startsWith(`${roles[role]} `) ? [one.split(' ')[1]!] : [])).sort();
      if (wanted.join() === now.join()) return [];
      return [
        ...(now.length ? [`revoke all on ${relation} from ${roles[role]}`] : []),
        ...(wanted.length ? [`grant ${wanted.join(', ')} on ${relation} to ${roles[role]}`] : []),
      ];
    }),
  );
}

async function ofFunctions(client: pg.Client): Promise<string[]> {
  const wanted = Object.entries(functionGrants).flatMap(([name, to]) => to.map((role) => [name, roles[role]] as const));
  const { rows } = await client.query<{ name: string; role: string }>(
    `select name, role
     from unnest($1::text[], $2::text[]) wanted (name, role)
     where to_regprocedure(name) is not null and not has_function_privilege(role, to_regprocedure(name), 'execute')`,
    [wanted.map(([name]) => name), wanted.map(([, role]) => role)],
  );
  return rows.map(({ name, role }) => `grant execute on function ${name} to ${role}`);
}

/** Whether the user of this URL may act as the role, and is not the role itself. */
export async function mayTake(url: string, role: Role): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query(
      `select exists (
         select from pg_roles
         where rolname = $1 and rolname <> current_user and pg_has_role(current_user, oid, 'member')
       ) as may`,
      [roles[role]],
    );
    if (rows[0].may) await client.query(`set role ${roles[role]}`);
    return rows[0].may;
  } catch (error) {
    if ((error as { code?: string }).code === '42501') return false; // a member that may not act as it
    throw error;
  } finally {
    await client.end();
  }
}
