import pg from 'pg';
import { type Role, roles } from './grants.js';
import { texts } from './texts.js';

/** Users of the database, each by the URL with which it logs in. */
export interface Logins {
  /** Owns the tables, and migrates. */
  owner: string;
  application: string;
  eraser: string;
}

/**
 * As the server's administrator (`adminUrl`, the same database): makes these users with the passwords of their URLs,
 * none with a right that reaches beyond this database, and hands to the owner what is there already. The rights on
 * tables come with `migrate`.
 */
export async function prepareLogins(adminUrl: string, logins: Logins): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 5000 });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query('select current_user as admin, current_database() as database');
    const { admin, database } = rows[0];
    await client.query('begin');
    for (const [kind, url] of Object.entries(logins)) await makeLogin(client, kind as keyof Logins, url, admin);
    const owner = client.escapeIdentifier(userOf(logins.owner));
    await client.query(`grant create on database ${client.escapeIdentifier(database)} to ${owner}`);
    await client.query(`grant usage, create on schema public to ${owner}`);
    for (const statement of await handOver(client, userOf(logins.owner))) await client.query(statement);
    await client.query('commit');
  } finally {
    await client.end();
  }
}

async function makeLogin(client: pg.Client, kind: keyof Logins, url: string, admin: string): Promise<void> {
  const user = userOf(url);
  if (user === admin) throw new Error(texts.adminIsNoLogin(user));
  const group = kind === 'owner' ? undefined : roles[kind satisfies Role];
  for (const name of new Set([group ?? user, user])) {
    const { rowCount } = await client.query('select from pg_roles where rolname = $1', [name]);
    if (!rowCount) await client.query(`create role ${client.escapeIdentifier(name)}`);
  }
  const quoted = client.escapeIdentifier(user);
  const password = client.escapeLiteral(decodeURIComponent(new URL(url).password));
  await client.query(
    `alter role ${quoted} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password ${password}`,
  );
  if (group && group !== user) await client.query(`grant ${group} to ${quoted}`);
}

/** The statements that give the owner what others own; indexes and identity columns follow their table. */
async function handOver(client: pg.Client, owner: string): Promise<string[]> {
  const { rows } = await client.query<{ statement: string }>(
    `select format('alter schema %I owner to %I', nspname, $1::text) as statement
     from pg_namespace
     where nspname = 'access_log' and pg_get_userbyid(nspowner) <> $1
     union all
     select format('alter table %s owner to %I', pg_class.oid::regclass, $1::text)
     from pg_class
     where relnamespace in (select oid from pg_namespace where nspname in ('public', 'access_log'))
       and relkind in ('r', 'p') and pg_get_userbyid(relowner) <> $1
     union all
     select format('alter routine %s owner to %I', pg_proc.oid::regprocedure, $1::text)
     from pg_proc
     where pronamespace in (select oid from pg_namespace where nspname in ('public', 'access_log'))
       and pg_get_userbyid(proowner) <> $1`,
    [owner],
  );
  return rows.map(({ statement }) => statement);
}

function userOf(url: string): string {
  return decodeURIComponent(new URL(url).username);
}
