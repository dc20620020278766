import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { registerKeys } from '#access-log/keys.js';
import { openPseudonyms } from '#access-log/person.js';
import { indexEarlier, personsUnder } from '#access-log/person-index.js';
import { secretsKey } from '#launch/key.js';
import { findSubmissions } from '#operator/find-person.js';
import { openProcesses } from '#processes/load.js';
import { root } from '#settings/root.js';
import { keyOf } from '#store/contents.js';
import { type Database, openDatabase } from '#store/database.js';
import { personBacklog } from '#store/sql/person.js';
import { openNumbers } from '#submission/number.js';
import { openTestConsole } from '../kit/console.js';
import { hundesteuer, openTestGateway, stuttgart } from '../kit/gateway.js';
import type { Client } from '../kit/issuer.js';
import { eventually } from '../kit/processes.js';

const form = JSON.parse(
  readFileSync(join(root, 'schemas/processes', hundesteuer, 'examples/valid-ein-hund.json'), 'utf8'),
);
const boeblingen = '081150003003';
const reason = 'Auskunft nach Art. 15 DSGVO';
const [first, second] = [randomBytes(32), randomBytes(32)];
const STELLWERK_KEY = randomBytes(32).toString('base64');
const inBase64 = (...keys: Buffer[]) => keys.map((key) => key.toString('base64')).join(',');

let gateway: Awaited<ReturnType<typeof openTestGateway>>;
let c: Awaited<ReturnType<typeof openTestConsole>>;
let db: Database;
/** In the order of acceptance: Stuttgart, Böblingen, and somebody else with the same mailbox in Stuttgart. */
let accepted: { submissionId: string; number: string }[];
beforeAll(async () => {
  c = await openTestConsole({ STELLWERK_KEY, PSEUDONYM_KEY: inBase64(first) });
  gateway = await openTestGateway({ STELLWERK_KEY, PSEUDONYM_KEY: inBase64(first) }, () => c.settings.DATABASE_URL!);
  db = await openDatabase(c.settings.DATABASE_URL!, { max: 3, keys: secretsKey(c.settings) });
  accepted = [
    (await gateway.post(form)).body,
    (await gateway.post(form, { ars: boeblingen })).body,
    (await gateway.post(formOf({ halter_0_familienname: 'Beispiel' }))).body,
  ];
}, 60_000);
afterAll(async () => {
  await gateway.close();
  await db.close();
  await c.close();
});

const erika = { familienname: 'Musterfrau', vornamen: 'Erika', geburtsdatum: '1984-05-12' };
const mailbox = { postfachHandleId: form.metadata.postfachHandleId };

function formOf(fields: Record<string, string>) {
  return { ...form, fields: { ...form.fields, ...fields } };
}

const find = (client: Client, person: object) =>
  c.ask(client, 'POST', '/api/v1/submissions/find', { body: { ...person, reason } });
const idsIn = ({ body }: { body: { items: { submissionId: string }[] } }) =>
  body.items.map(({ submissionId }) => accepted.findIndex((one) => one.submissionId === submissionId)).sort();
const indexRows = async () =>
  (await db.query('select * from person_index order by submission_id, pseudonym')).rows.map((row) =>
    JSON.stringify(row),
  );

describe('a person', () => {
  test('is found by name and date of birth, however they are written, and by mailbox', async () => {
    const answer = await find('stadt-stuttgart', { ...erika, familienname: ' MUSTERFRAU ', vornamen: 'erika' });
    expect(answer.body).toEqual({
      items: [
        {
          submissionId: accepted[0]!.submissionId,
          number: accepted[0]!.number,
          leistung: hundesteuer,
          ars: stuttgart,
          receivedAt: expect.stringMatching(/Z$/),
        },
      ],
      more: false,
      complete: true,
    });
    expect(idsIn(await find('stadt-stuttgart', mailbox))).toEqual([0, 2]);
    expect(idsIn(await find('stadt-stuttgart', { ...erika, geburtsdatum: '1984-05-13' }))).toEqual([]);
    expect(idsIn(await find('stadt-stuttgart', { ...erika, vornamen: 'Erik' }))).toEqual([]);
  });

  test('P4 is found only in the own municipality, from above with a mandate, and never by others', async () => {
    expect(idsIn(await find('stadt-boeblingen', erika))).toEqual([1]);
    const others = ['landkreis-boeblingen', 'land-bw', 'operator', 'auditor', 'service-bw', 'buerger-erika'] as const;
    for (const client of others) expect((await find(client, erika)).status).toBe(403);
    const until = '2099-12-31';
    const mandate = { region: boeblingen, client: 'landkreis-boeblingen', scope: 'content', until, reason };
    expect((await c.ask('stadt-boeblingen', 'POST', '/api/v1/mandates', { body: mandate })).status).toBe(201);
    expect(idsIn(await find('landkreis-boeblingen', mailbox))).toEqual([1]);
  });

  test('reads in their access log that they were asked about, before anybody reads the answer', async () => {
    const parts = (write: (entries: { reason?: string; persons: string[] }[]) => Promise<void>) => ({
      db,
      numbers: openNumbers(first),
      accessLog: { pseudonyms: openPseudonyms([first]), write },
    });
    const question = { person: erika, municipalities: ['08111'], client: 'stadt-stuttgart', reason };
    const refusing = parts(async () => {
      throw new Error('away');
    });
    await expect(findSubmissions(refusing, question, 9)).rejects.toThrow('away');
    const person = openPseudonyms([first]).ofIdentity(erika);
    const asked = `person=${person}&reason=${encodeURIComponent('Kontrolle')}`;
    await find('stadt-stuttgart', erika);
    const { body } = await c.ask('auditor', 'GET', `/api/v1/access-log?${asked}&limit=2`);
    expect(body.items).toContainEqual(
      expect.objectContaining({ zweck: 'Suche nach Anträgen einer Person', anlass: reason, art: 'Einsicht' }),
    );
    expect((await c.ask('stadt-stuttgart', 'POST', '/api/v1/submissions/find', { body: erika })).status).toBe(400);
  });

  test('P3 stands in the index by pseudonyms only, and in no log', async () => {
    const ran = await c.stellwerk('stadt-stuttgart', [
      'submissions',
      'find',
      '--postfach',
      mailbox.postfachHandleId,
      '--reason',
      reason,
    ]);
    expect(ran.out).toMatch(new RegExp(`${accepted[0]!.number}.*Stuttgart.*${hundesteuer}`));
    const rows = (await indexRows()).join() + c.lines.join() + gateway.lines.join();
    expect(rows).not.toMatch(/musterfrau|1984-05-12|beispiel-postfach/i);
    const { rows: lengths } = await db.query('select distinct length(pseudonym), key_version from person_index');
    expect(lengths).toEqual([{ length: 16, key_version: 1 }]);
  });
});

test('under a newer key, what the older one wrote is found as well', async () => {
  const search = async (...keys: Buffer[]) => {
    const accessLog = { pseudonyms: openPseudonyms(keys), write: async () => {} };
    const parts = { db, numbers: openNumbers(first), accessLog };
    const question = { person: erika, municipalities: ['08111'], client: 'stadt-stuttgart', reason };
    return (await findSubmissions(parts, question, 9)).items.length;
  };
  expect(await registerKeys(db, [second, first])).toEqual({ version: 2, first });
  expect(await search(second, first)).toBe(1);
  expect(await search(second)).toBe(0);
  await db.query(`insert into person_backlog values ('${accepted.at(-1)!.submissionId}')`);
  const newer = await openTestGateway(
    { STELLWERK_KEY, PSEUDONYM_KEY: inBase64(second, first) },
    () => c.settings.DATABASE_URL!,
  );
  await newer.post(form);
  await eventually('nothing is left to be put into the index', async () => (await personBacklog(db)) === undefined);
  await newer.close();
  expect(await search(second, first)).toBe(2);
  expect(await search(second)).toBe(1);
});

test('what was accepted before there was an index is put into it, once, also after an interruption', async () => {
  await db.query('delete from person_index where key_version = 2');
  const before = await indexRows();
  const earlier = {
    db,
    processes: openProcesses(),
    personsOf: personsUnder({ pseudonyms: openPseudonyms([first]), version: 1 }),
  };
  expect(await indexEarlier(earlier)).toBe(0);
  await db.query('truncate person_index');
  await db.query(`insert into person_backlog values ('00000000-0000-0000-0000-000000000000')`);
  const id = await newest();
  const key = await keyOf(db, id);
  for (const kind of ['data', 'metadata'] as const)
    await db.query('update payload set content = $3 where submission_id = $1 and kind = $2', [
      id,
      kind,
      key.sealJson({ kind, name: '' }, {}),
    ]);
  expect((await find('stadt-stuttgart', erika)).body).toMatchObject({ items: [], complete: false });
  const interruption = new AbortController();
  const personsOf: typeof earlier.personsOf = (...about) => {
    interruption.abort();
    return earlier.personsOf(...about);
  };
  expect(await indexEarlier({ ...earlier, personsOf, stop: interruption.signal, batch: 2 })).toBe(2);
  expect((await indexRows()).length).toBeLessThan(before.length);
  const two = await Promise.all([indexEarlier({ ...earlier, batch: 1 }), indexEarlier({ ...earlier, batch: 1 })]);
  expect(two[0]! + two[1]!).toBe(2);
  expect(await indexRows()).toEqual(before);
  expect((await find('stadt-stuttgart', erika)).body).toMatchObject({ items: [{}], complete: true });

  await db.query('truncate person_index');
  await db.query(`insert into person_backlog values ('00000000-0000-0000-0000-000000000000')`);
  const migrate = (...keys: Buffer[]) =>
    c.stellwerk('operator', ['migrate'], {
      DATABASE_URL: c.settings.DATABASE_URL!,
      STELLWERK_KEY,
      PSEUDONYM_KEY: inBase64(...keys),
    });
  expect(await migrate(second)).toMatchObject({ code: 1, err: expect.stringContaining('es fehlt der Schlüssel') });
  expect((await migrate(first)).out).toContain('4 frühere Anträge sind nun nach Person zu finden.');
  expect(await indexRows()).toEqual(before);
});

test('what somebody changed holds up nobody else’s way into the index', async () => {
  await db.query('truncate person_index');
  await db.query(`insert into person_backlog values ('00000000-0000-0000-0000-000000000000')`);
  await db.query(`update payload set content = content || '\\x00' where submission_id = $1`, [
    accepted[0]!.submissionId,
  ]);
  await indexEarlier({
    db,
    processes: openProcesses(),
    personsOf: personsUnder({ pseudonyms: openPseudonyms([first]), version: 1 }),
  });
  expect(idsIn(await find('stadt-stuttgart', mailbox))).toEqual([2]);
  expect(idsIn(await find('stadt-boeblingen', mailbox))).toEqual([1]);
});

const newest = async () =>
  (await db.query('select submission_id from submission order by submission_id desc limit 1')).rows[0]![
    'submission_id'
  ];
