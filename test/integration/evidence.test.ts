import { spawn } from 'node:child_process';
import { verify } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { entryBytes } from '#evidence/entry.js';
import { emptyTree, grown, leafHash, rootOf } from '#evidence/merkle.js';
import { openSigner, originOf, verifierKey } from '#evidence/note.js';
import { sealBatch } from '#evidence/sealer.js';
import { examineDatabase } from '#launch/doctor/database.js';
import { sweepLeases } from '#pipeline/sweep.js';
import { root } from '#settings/root.js';
import { readEvidence } from '#store/condition.js';
import { keyOf } from '#store/contents.js';
import { type Database, openDatabase, type Sql } from '#store/database.js';
import { appendVersions } from '#store/parameters.js';
import { unsealed } from '#store/seals.js';
import { takeSealing } from '#store/sql/seal.js';
import { commitmentTo, formText } from '#submission/commitment.js';
import { documentOf } from '#submission/reply.js';
import { everythingIn } from '../kit/everything.js';
import { adapterOf, openWay } from '../kit/way.js';

const signer = openSigner(Buffer.alloc(32, 7));
let way: Awaited<ReturnType<typeof openWay>>;
let db: Database;

beforeEach(async () => {
  way = await openWay([
    adapterOf({
      deliver: async (context) => {
        await context.checkpoint('send', { message: 'was gesendet wird' });
        return { kind: 'delivered', externalReference: 'A-1' };
      },
    }),
  ]);
  ({ db } = way);
});
afterEach(() => way.close());

const writeEvent = (sql: Sql, submissionId: string, type = 'later') =>
  sql.query(
    `insert into event (submission_id, at, type, actor, data)
     values ($1, clock_timestamp(), $2, 'worker', '{"attempt": 1, "reason": "Frau Beispiel war nicht da"}')`,
    [submissionId, type],
  );

const sealAll = async (on: Database = db, most?: number) => {
  let all = 0;
  for (let n = await sealBatch(on, signer, most); n > 0; n = await sealBatch(on, signer, most)) all += n;
  return all;
};

/** What a stranger would recompute: every committed entry once, its leaf from its row, the tree, the signature. */
async function logIsWhole(): Promise<number> {
  const { rows: seals } = await db.query('select * from seal order by start');
  const { entries: open } = await unsealed(db, undefined, 100_000);
  const rows = new Map(open.map((row) => [row.entry, row])); // as if nothing were sealed yet: all that are committed
  let tree = emptyTree;
  for (const { start, size, entries, leaves, checkpoint } of seals) {
    expect(start).toBe(tree.size);
    const hashes = entries.map((entry: string) => leafHash(entryBytes(rows.get(Number(entry))!)));
    expect(leaves).toEqual(Buffer.concat(hashes));
    tree = grown(tree, hashes);
    const [text, signature] = checkpoint.split('\n\n');
    expect(text).toBe(`${originOf(checkpoint)}\n${size}\n${rootOf(tree).toString('base64')}`);
    const signed = Buffer.from(signature.trim().split(' ')[2], 'base64').subarray(4);
    expect(verify(null, Buffer.from(`${text}\n`), signer.key, signed)).toBe(true);
  }
  const sealed = seals.flatMap(({ entries }) => entries.map(Number));
  expect(new Set(sealed).size).toBe(sealed.length);
  expect(sealed.sort((a, b) => a - b)).toEqual([...rows.keys()].sort((a, b) => a - b));
  const { rows: there } = await db.query(
    'select (select count(*) from event) + (select count(*) from action) as count',
  );
  expect(sealed).toHaveLength(there[0]!.count);
  return sealed.length;
}

describe('P7 the evidence log', () => {
  test('takes what an open transaction wrote once, when it commits, and lets nothing wait for it', async () => {
    const submissionId = await way.accept();
    expect(await sealAll()).toBe(2); // accepted, and which key signs
    await db.transaction(async (sql) => {
      await writeEvent(sql, submissionId);
      await sql.query('savepoint within');
      await writeEvent(sql, submissionId);
      for (let n = 0; n < 10; n++) {
        await way.accept();
        expect(await sealAll()).toBe(1);
      }
      await writeEvent(sql, submissionId);
    });
    await db
      .transaction(async (sql) => {
        await writeEvent(sql, submissionId);
        throw new Error('undone');
      })
      .catch(() => {});
    expect(await sealAll()).toBe(3);
    expect(await sealAll()).toBe(0);
    expect(await logIsWhole()).toBe(15);
  });

  test('goes on where a batch was cut off, whatever is committed meanwhile', async () => {
    const submissionId = await way.accept();
    const late = db.transaction(async (sql) => {
      await writeEvent(sql, submissionId);
      for (let n = 0; n < 9; n++) {
        await writeEvent(sql, submissionId);
        await writeEvent(db, submissionId);
        expect(await sealBatch(db, signer, 2)).toBeGreaterThan(0);
      }
    });
    await late;
    await sealAll(db, 2);
    expect(await logIsWhole()).toBe(21);
  });

  test('has one sealer, however many there are', async () => {
    const submissionId = await way.accept();
    await db.transaction(async (sql) => {
      expect((await takeSealing(sql))!.taken).toBe(true);
      expect(await sealBatch(db, signer)).toBe(0);
    });
    const others = await Promise.all([1, 2, 3].map(() => openDatabase(way.url, { max: 3 })));
    try {
      const writing = Array.from({ length: 40 }, () => writeEvent(db, submissionId));
      for (let round = 0; round < 10; round++) await Promise.all(others.map((other) => sealBatch(other, signer, 7)));
      await Promise.all(writing);
      await sealAll();
      expect(await logIsWhole()).toBe(42);
    } finally {
      await Promise.all(others.map((other) => other.close()));
    }
  });

  test('is whole after its sealer was killed in the middle', async () => {
    const submissionId = await way.accept();
    for (let n = 0; n < 2; n++) {
      await db.query(
        `insert into event (submission_id, at, type, actor) select $1, clock_timestamp(), 'later', 'worker'
         from generate_series(1, 400)`,
        [submissionId],
      );
      const before = await sealsOf(db);
      const process = sealingProcess();
      while ((await sealsOf(db)) < before + 3) await new Promise(setImmediate);
      process.kill('SIGKILL');
      await once(process, 'exit');
    }
    await sealAll();
    expect(await logIsWhole()).toBe(802);
  });

  test('goes on in a server into which a dump of it was restored, whose transactions have lower numbers', async () => {
    const submissionId = await way.accept();
    await sealAll();
    await writeEvent(db, submissionId); // committed, and in the dump before it was sealed
    await restoredElsewhere();
    await writeEvent(db, submissionId);
    await db.transaction(async (sql) => {
      await writeEvent(sql, submissionId);
      expect(await sealAll()).toBe(2);
    });
    expect(await sealAll()).toBe(1);
    // once numbers are as high here as there
    await db.query('update event set tx = pg_current_xact_id() where event_id <= 2');
    await db.query('update action set tx = pg_current_xact_id()');
    await writeEvent(db, submissionId);
    expect(await sealAll()).toBe(1);
    expect(await logIsWhole()).toBe(6);
  });

  test('begins with all of a dump that was restored before anything of it was sealed', async () => {
    for (let n = 0; n < 2; n++) await way.accept();
    await restoredElsewhere();
    await way.accept();
    expect(await sealAll()).toBe(4);
    await way.accept();
    expect(await sealAll()).toBe(1);
    expect(await logIsWhole()).toBe(5);
  });

  test('holds hashes of form and sent bytes that only who has their key can open, and nobody’s words', async () => {
    const files = [documentOf({ filename: 'a.txt', mimetype: 'text/plain', bytes: Buffer.from('b') })];
    const submissionId = await way.accept([{}], { F1: 'Erika Beispiel' }, undefined, files);
    await way.round();
    const { rows: forms } = await db.query(`select content from payload where kind = 'data'`);
    const { rows: events } = await db.query('select type, data from event order by event_id');
    const key = await keyOf(db, submissionId);
    const { salt } = key;
    const form = key.openText({ kind: 'data', name: '' }, forms[0]!['content']);
    expect(events).toMatchObject([
      { type: 'accepted', data: { content: commitmentTo(salt, formText(form, files)) } },
      { type: 'delivered', data: { sent: { send: commitmentTo(salt, '{"message":"was gesendet wird"}') } } },
    ]);
    await db.query(`update task set state = 'running', lease_until = '2026-01-01'`); // as if its worker had died
    await sweepLeases(way.worker);
    const { rows: lost } = await db.query(`select data from event where type = 'unknown'`);
    expect(lost).toMatchObject([{ data: { sent: events[1]!.data.sent } }]);
    expect(salt).toMatch(/^[\w-]{22}$/);
    expect((await keyOf(db, await way.accept())).salt).not.toBe(salt);
    const stored = await everythingIn(db);
    for (const form of [salt, Buffer.from(salt, 'base64url').toString('hex')]) expect(stored).not.toContain(form);
    await writeEvent(db, submissionId);
    const { entries } = await unsealed(db, undefined, 10);
    const texts = entries.map((entry) => entryBytes(entry).toString());
    expect(texts.join()).not.toMatch(/Beispiel|gesendet/);
    expect(texts[1]).toContain(`"sent":{"send":"${events[1]!.data.sent.send}"}`);
    expect(texts[4]).toMatch(/^\{"actor":"worker","at":"[^"]+Z","data":\{"attempt":1\},"event":5,"submission":"/);
  });

  test('has what belongs to no submission too: a parameter that was set, and which key signs', async () => {
    const key = { region: '08111', leistung: '*', name: 'rest.baseUrl' };
    const version = { ...key, validFrom: db.now(), author: 'stadt-stuttgart', reason: 'Umzug' };
    await appendVersions(db, [{ ...version, value: 'https://amt.example' }, version], db.now());
    expect(await sealAll()).toBe(3);
    expect(await sealAll()).toBe(0);
    await logIsWhole();
    const { rows } = await db.query('select type, actor, subject, data from action order by action_id');
    const { rows: seals } = await db.query('select checkpoint from seal limit 1');
    expect(rows).toMatchObject([
      { type: 'parameter-set', actor: 'stadt-stuttgart', subject: '08111 * rest.baseUrl', data: { versionId: '1' } },
      { type: 'parameter-removed', data: { versionId: '2' } },
      { type: 'evidence-key', subject: verifierKey(originOf(seals[0]!.checkpoint), signer) },
    ]);
    await writeEvent(db, await way.accept());
    for (const seed of [8, 7, 8, 7, 8]) await sealBatch(db, openSigner(Buffer.alloc(32, seed)), 1);
    expect(await db.query(`select from action where type = 'evidence-key'`)).toMatchObject({ rowCount: 2 });
  });

  test('is changed by nobody, not even by the owner of its tables', async () => {
    await way.accept();
    await sealAll();
    for (const statement of [
      'update seal set size = size',
      'delete from seal',
      'truncate seal',
      'delete from action',
      'update action set actor = actor',
      'update event set actor = actor',
    ])
      await expect(db.query(statement)).rejects.toThrow(/rows of \w+ are never changed/);
  });

  test('lags visibly, and a transaction that stays open is named', async () => {
    const doctor = async (about: string) => {
      const { findings } = await examineDatabase({ url: way.url, from: 'DATABASE_URL' }, 64);
      return findings.find((finding) => finding.about === about);
    };
    const submissionId = await way.accept();
    await sealAll();
    expect(await doctor('Nachweise')).toMatchObject({ state: 'ok', text: expect.stringMatching(/^2 Einträge/) });
    await db.query(
      `insert into event (submission_id, at, type, actor)
       values ($1, clock_timestamp() - interval '20 s', 'later', 'worker')`,
      [submissionId],
    );
    expect(await doctor('Nachweise')).toMatchObject({ state: 'fault', text: expect.stringMatching(/seit 20 s/) });
    expect(await doctor('Transaktionen')).toMatchObject({ state: 'ok' });
    const later: Database = { ...db, now: () => new Date(Date.now() + 61_000) };
    await db.transaction(async () => {
      const { transaction } = await readEvidence(later);
      expect(transaction?.name).toMatch(/^stellwerk, \d+$/);
      expect(transaction?.seconds).toBeGreaterThan(60);
    });
  });
});

/** As if all so far had been written by another server, which had counted a billion transactions more. */
async function restoredElsewhere(): Promise<void> {
  const more = (column: string) => `(${column}::text::numeric + 1000000000)::text::xid8`;
  await db.query('alter table event disable trigger user');
  await db.query('alter table action disable trigger user');
  await db.query('alter table seal disable trigger user');
  await db.query(`update event set tx = ${more('tx')}`);
  await db.query(`update action set tx = ${more('tx')}`);
  const far = more('pg_snapshot_xmax(done)');
  await db.query(`update seal set server = 1, done = (${far} || ':' || ${far} || ':')::pg_snapshot`);
}

const sealsOf = async (on: Database) => Number((await on.query('select count(*) from seal')).rows[0]!.count);

/** A process of its own that seals five entries at a time until it is killed. */
function sealingProcess() {
  const script = `
    import { openSigner } from '#evidence/note.js';
    import { sealBatch } from '#evidence/sealer.js';
    import { openDatabase } from '#store/database.js';
    const db = await openDatabase(process.env.URL, { max: 2 });
    for (;;) await sealBatch(db, openSigner(Buffer.alloc(32, 7)), 5);`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: root,
    env: { ...process.env, URL: way.url },
    stdio: 'inherit',
  });
}
