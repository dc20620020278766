import pg from 'pg';
import type { MasterKeys } from './codec.js';
import { type Role, roles } from './grants.js';
import { mayTake } from './roles.js';
import { texts } from './texts.js';

/**
 * Milliseconds after which the server ends what this process may no longer wait for: a statement, a wait for a lock, a
 * transaction in which nothing happens. So a process that hangs or is cut off holds nobody up for longer.
 */
const serverTimeouts = {
  statement_timeout: 14_000,
  lock_timeout: 5_000,
  idle_in_transaction_session_timeout: 15_000,
};

pg.types.setTypeParser(pg.types.builtins.INT8, Number);

// biome-ignore lint/suspicious/noExplicitAny: tests and the bench ask what they like; the product's rows have types
export type Row = Record<string, any>;

/** Where SQL goes: the pool, or one connection inside a transaction. */
export interface Sql {
  /** Named statements (`name`) are prepared once per connection. Values are bound, never spliced. */
  query<T extends Row = Row>(text: string, values?: unknown[], name?: string): Promise<{ rows: T[]; rowCount: number }>;
  /** The same with rows as lists of columns; what `libs/store/sql` is run with. */
  run(text: string, values: unknown[], name?: string): Promise<{ rows: unknown[][]; rowCount: number }>;
}

/** The only door to PostgreSQL. */
export interface Database extends Sql {
  /** Runs `work` between BEGIN and COMMIT; rolls back when it throws. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** The database's time on this process's monotonic clock, so that two hosts agree about leases. */
  now(): Date;
  /** The operator's keys, for who reads or writes content. */
  keys: MasterKeys | undefined;
  close(): Promise<void>;
}

/**
 * Connects, checks durability, measures the clock. Throws one sentence when the server is unusable. `as`: acts with the
 * rights of that role, even where the URL's user, a member of it, may do more.
 */
export async function openDatabase(
  url: string,
  options: { max?: number; application?: string; as?: Role; keys?: MasterKeys | undefined } = {},
): Promise<Database> {
  const taken = options.as && (await mayTake(url, options.as)) ? roles[options.as] : undefined;
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 8,
    ...(taken && { options: `-c role=${taken}` }),
    application_name: options.application ?? 'stellwerk',
    connectionTimeoutMillis: 5000,
    query_timeout: 15_000, // after the server's own, whose error is exact
    ...serverTimeouts,
    keepAlive: true,
  });
  const noticed = () => {}; // a connection died between two queries; the next query opens a new one or reports
  pool.on('error', noticed);
  let offset = await measureOffset(pool);
  const again = setInterval(
    () =>
      measureOffset(pool).then(
        (value) => {
          offset = value;
        },
        () => {},
      ),
    60_000,
  ).unref();
  await refuseUnsafe(pool);
  return {
    ...runningOn(pool),
    async transaction(work) {
      const client = await pool.connect();
      client.on('error', noticed);
      try {
        await client.query('begin');
        const result = await work(runningOn(client));
        await client.query('commit');
        client.release();
        return result;
      } catch (error) {
        await client.query('rollback').then(
          () => client.release(),
          (broken) => client.release(broken),
        );
        throw error;
      } finally {
        client.off('error', noticed);
      }
    },
    keys: options.keys,
    now: () => new Date(performance.timeOrigin + performance.now() + offset),
    async close() {
      clearInterval(again);
      await pool.end();
    },
  };
}

/** Statements on a connection, or on whichever the pool has free. */
export function runningOn(client: pg.Pool | pg.ClientBase): Sql {
  return {
    async query<T extends Row>(text: string, values?: unknown[], name?: string) {
      const result = await client.query<T>({ text, values, name });
      return { rows: result.rows, rowCount: result.rowCount ?? 0 };
    },
    async run(text, values, name) {
      const result = await client.query<unknown[]>({ text, values, name, rowMode: 'array' });
      return { rows: result.rows, rowCount: result.rowCount ?? 0 };
    },
  };
}

/**
 * Milliseconds between this process's clock and the database's, by the fastest of five questions: off by half its
 * duration at most.
 */
async function measureOffset(pool: pg.Pool): Promise<number> {
  let best = { took: Number.POSITIVE_INFINITY, offset: 0 };
  for (let n = 0; n < 5; n++) {
    const before = performance.now();
    const { rows } = await pool.query('select extract(epoch from clock_timestamp()) * 1000 as at');
    const took = performance.now() - before;
    const offset = Number(rows[0].at) - (performance.timeOrigin + before + took / 2);
    if (took < best.took) best = { took, offset };
  }
  return best.offset;
}

async function refuseUnsafe(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query(
    `select name, setting from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes')`,
  );
  const off = rows.find((row) => row.setting === 'off');
  if (off) throw new Error(texts.unsafe(off.name));
}

/**
 * The server could not be asked, or its answer was lost: nothing is known about the statement. Network errors, and
 * SQLSTATE classes 08, 25, 40, 53, 55, 57, 58.
 */
export function isUnavailable(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: string };
  if (typeof code !== 'string') return /connection|terminat|timeout/i.test(message ?? '');
  return /^E[A-Z]+$/.test(code) || ['08', '25', '40', '53', '55', '57', '58'].includes(code.slice(0, 2));
}
