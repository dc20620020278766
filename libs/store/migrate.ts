import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { root } from '#settings/root.js';
import { fillCauses } from './causes.js';
import { bringGrants } from './roles.js';
import { demandKeys, isSealed, type Sealing, sealStored } from './seal-stored.js';
import { texts } from './texts.js';

/** A part of the database that has migrations of its own. */
interface Part {
  schema: string;
  folder: string;
  options: object;
}

const store: Part = { schema: 'public', folder: 'libs/store/migrations', options: {} };
/** In a schema of its own: it may stand in another database. */
const accessLog: Part = {
  schema: 'access_log',
  folder: 'libs/store/access-log-migrations',
  options: { migrationsSchema: 'access_log', createMigrationsSchema: true },
};

/**
 * Brings the store to its newest version, the access log in it included, and the rights of its roles. `url` is the
 * owner's; with nothing left to do, anybody's. Safe to call from several processes at once. `sealing` is needed where
 * submissions of before version 0.3 are stored.
 */
export async function migrate(url: string, sealing?: Sealing): Promise<void> {
  await bringUp(url, [store, accessLog], {
    before: (client) => demandKeys(client, sealing),
    async after(client) {
      if (await isSealed(client)) return;
      await demandOwner(client, store);
      await sealStored(client, sealing);
    },
  });
}

/** The access log alone. */
export async function migrateAccessLog(url: string): Promise<void> {
  await bringUp(url, [accessLog]);
}

type Step = (client: pg.Client) => Promise<void>;

async function bringUp(
  url: string,
  parts: Part[],
  { before, after }: { before?: Step; after?: Step } = {},
): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'stellwerk-migrate',
    connectionTimeoutMillis: 5000,
  });
  client.on('error', () => {}); // the statement that was under way reports it
  await client.connect();
  try {
    await before?.(client);
    for (const part of parts) {
      if (!(await isBehind(client, part))) continue;
      await demandOwner(client, part);
      await run(url, part);
    }
    await after?.(client);
    await bringGrants(client);
    if (parts.includes(store)) await fillCauses(client);
  } catch (error) {
    throw (error as { code?: string }).code === '42501' ? new Error(texts.notOwner) : error;
  } finally {
    await client.end();
  }
}

/** Looks without rights of an owner, which the library's own look needs. */
async function isBehind(client: pg.Client, { schema, folder }: Part): Promise<boolean> {
  const table = `${schema}.migration`;
  const { rows } = await client.query('select to_regclass($1) is not null as there', [table]);
  if (!rows[0].there) return true;
  const ran = await client.query<{ name: string }>(`select name from ${table}`);
  const names = new Set(ran.rows.map(({ name }) => name));
  return readdirSync(join(root, folder)).some((file) => !names.has(file.replace(/\.sql$/, '')));
}

async function demandOwner(client: pg.Client, { schema }: Part): Promise<void> {
  const { rows } = await client.query(
    `select case
       when to_regclass($1) is not null then
         (select pg_has_role(current_user, relowner, 'usage') from pg_class where oid = to_regclass($1))
       when to_regnamespace($2) is not null then has_schema_privilege($2, 'create')
       else has_database_privilege(current_database(), 'create')
     end as owns`,
    [`${schema}.migration`, schema],
  );
  if (!rows[0].owns) throw new Error(texts.notOwner);
}

async function run(url: string, { folder, options }: Part): Promise<void> {
  await runner({
    databaseUrl: url,
    dir: join(root, folder),
    direction: 'up',
    migrationsTable: 'migration',
    checkOrder: false,
    log: () => {},
    advisoryLockMode: 'wait',
    ...options,
  } as never);
}
