import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type AccessLog, openAccessLog } from '#access-log/access-log.js';
import { openPseudonyms } from '#access-log/person.js';
import type { AccessLogEntry } from '#store/access-log.js';
import { type Database, openDatabase } from '#store/database.js';
import { openTestConsole } from '../kit/console.js';
import type { Client } from '../kit/issuer.js';

/** The pseudonym in the token of `buerger-erika`, and somebody else's. */
const [erika, max] = ['e'.repeat(64), 'f'.repeat(64)] as const;
const reason = encodeURIComponent('Auskunft nach Art. 15 DSGVO');

const [newer, older] = [randomBytes(32), randomBytes(32)];

let c: Awaited<ReturnType<typeof openTestConsole>>;
let db: Database;
let accessLog: AccessLog;
beforeAll(async () => {
  c = await openTestConsole({ PSEUDONYM_KEY: [newer, older].map((key) => key.toString('base64')).join(',') });
  db = await openDatabase(c.settings.DATABASE_URL!, { max: 2 });
  accessLog = await openAccessLog({ db, keys: [newer, older] });
  const now = db.now().getTime();
  const lookup = (minutes: number, authority: string, persons: string[]): AccessLogEntry => ({
    entryId: randomUUID(),
    at: new Date(now - minutes * 60_000),
    kind: 'lookup',
    actor: 'worker-1',
    authority,
    leistung: '99102013104000',
    adapter: 'melderegister',
    source: 'Melderegister',
    attributes: ['anschrift'],
    purpose: 'Prüfung der Anschrift',
    legalBasis: '§ 34 BMG',
    submissionId: randomUUID(),
    caseId: randomUUID(),
    persons,
  });
  await accessLog.write([
    lookup(3, '081110000000', [erika]),
    lookup(2, '081150003003', [erika, max]),
    lookup(1, '081110000000', [max]),
    lookup(2 * 366 * 24 * 60, '081110000000', [erika]),
  ]);
});
afterAll(async () => {
  await accessLog.close();
  await db.close();
  await c.close();
});

const ask = (client: Client, query: string) => c.ask(client, 'GET', `/api/v1/access-log?${query}`);
const authorities = ({
  body,
}: {
  body: { items: { art: string; empfangendeStelle: { regionalschluessel: string } }[] };
}) =>
  body.items.filter(({ art }) => art === 'Abruf').map(({ empfangendeStelle }) => empfangendeStelle.regionalschluessel);

describe('P4 the access log', () => {
  test('tells a person who asked about them, in the fields of the Datenschutzcockpit, newest first', async () => {
    const answer = await ask('buerger-erika', '');
    expect(answer.status).toBe(200);
    expect(authorities(answer)).toEqual(['081150003003', '081110000000']);
    expect(answer.body.items[0]).toEqual({
      protokollId: expect.any(String),
      art: 'Abruf',
      zeitpunkt: expect.stringMatching(/Z$/),
      uebermittelndeStelle: 'Melderegister',
      empfangendeStelle: { regionalschluessel: '081150003003', zugang: 'worker-1' },
      datenkategorien: ['Anschrift'],
      zweck: 'Prüfung der Anschrift',
      rechtsgrundlage: '§ 34 BMG',
      vorgang: { leistung: '99102013104000', submissionId: expect.any(String), caseId: expect.any(String) },
    });
    expect((await ask('buerger-erika', `person=${erika}`)).body.items).toHaveLength(2);
  });

  test('P4 tells a person nothing about anybody else', async () => {
    const { status, body } = await ask('buerger-erika', `person=${max}`);
    expect([status, body.code]).toEqual([403, 'forbidden']);
    const token = await c.issuer.sign({ client_id: 'niemand', stellwerk_role: 'person' });
    const headers = { authorization: `Bearer ${token}` };
    expect((await c.ask(undefined, 'GET', `/api/v1/access-log?person=${max}`, { headers })).status).toBe(403);
    expect((await c.ask(undefined, 'GET', '/api/v1/access-log', { headers })).status).toBe(403);
  });

  test('P4 tells a municipality what happened in its regions, the auditor all', async () => {
    const of = async (client: Client) => authorities(await ask(client, `person=${erika}&reason=${reason}`));
    expect(await of('stadt-stuttgart')).toEqual(['081110000000']);
    expect(await of('stadt-boeblingen')).toEqual(['081150003003']);
    expect((await ask('landkreis-boeblingen', `person=${erika}&reason=${reason}`)).status).toBe(403);
    expect(await of('auditor')).toEqual(['081150003003', '081110000000']);
    expect((await ask('operator', `person=${erika}&reason=${reason}`)).status).toBe(403);
  });

  test('P4 an authority says why, and its question is an entry itself', async () => {
    expect((await ask('auditor', `person=${max}`)).body.code).toBe('malformed');
    expect((await ask('auditor', `reason=${reason}`)).body.code).toBe('malformed');
    const before = await accessLog.of([max], all());
    const answer = await ask('auditor', `person=${max}&reason=${reason}`);
    expect(answer.body.items).toHaveLength(before.length);
    const [view, ...earlier] = await accessLog.of([max], all());
    expect(earlier).toEqual(before);
    expect(view).toMatchObject({ kind: 'view', actor: 'auditor', reason: decodeURIComponent(reason) });
  });

  test('finds under every key in force what was written under one of them', async () => {
    const handle = { postfachHandleId: randomUUID() };
    const at = new Date(db.now().getTime() - 60_000);
    const entry = { kind: 'lookup', actor: 'worker-1', authority: '081110000000', source: 'Melderegister' } as const;
    const rest = { attributes: [], purpose: 'Test', legalBasis: 'Test' };
    for (const key of [newer, older]) {
      const persons = openPseudonyms([key]).search(handle);
      await accessLog.write([{ ...entry, ...rest, entryId: randomUUID(), at, persons }]);
    }
    const { person } = (await c.ask('auditor', 'POST', '/api/v1/access-log/person', { body: handle })).body;
    expect(person).toBe(accessLog.pseudonyms.search(handle).join('.'));
    expect(authorities(await ask('auditor', `person=${person}&reason=${reason}`))).toHaveLength(2);
    const token = await c.issuer.sign({ client_id: 'buerger', stellwerk_role: 'person', stellwerk_person: person });
    const headers = { authorization: `Bearer ${token}` };
    const own = await c.ask(undefined, 'GET', '/api/v1/access-log', { headers });
    expect(own.body.items.map(({ art }: { art: string }) => art).sort()).toEqual(['Abruf', 'Abruf', 'Einsicht']);
  });

  test('goes on where a page ended', async () => {
    const first = await ask('buerger-erika', 'limit=1');
    expect(first.body.next).toEqual(expect.any(String));
    const found = [...first.body.items];
    for (let next = first.body.next; next; ) {
      const page = await ask('buerger-erika', `limit=1&cursor=${next}`);
      found.push(...page.body.items);
      next = page.body.next;
    }
    expect(found).toEqual((await ask('buerger-erika', '')).body.items);
    expect((await ask('buerger-erika', 'cursor=quatsch')).status).toBe(400);
  });

  test('P3 a name is asked for in a body, and no log line repeats it', async () => {
    const whom = { familienname: 'Zebrafinkowski', vornamen: 'Wellensittich', geburtsdatum: '1984-05-12' };
    const { body, status } = await c.ask('stadt-stuttgart', 'POST', '/api/v1/access-log/person', { body: whom });
    expect([status, body]).toEqual([200, { person: accessLog.pseudonyms.search(whom).join('.') }]);
    const handle = { postfachHandleId: 'postfach-4711' };
    const other = await c.ask('service-bw', 'POST', '/api/v1/access-log/person', { body: handle });
    expect(other.body).toEqual({ person: accessLog.pseudonyms.search(handle).join('.') });
    const broken = await c.ask('auditor', 'POST', '/api/v1/access-log/person', {
      body: { familienname: 'Zebrafinkowski' },
    });
    expect([broken.status, broken.body.code]).toEqual([400, 'malformed']);
    expect(broken.text + c.lines.join()).not.toMatch(/Zebrafinkowski|Wellensittich|4711/);
  });
});

const all = () => ({
  before: { at: new Date(db.now().getTime() + 1000), id: randomUUID() },
  regions: undefined,
  limit: 50,
});
