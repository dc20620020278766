import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { openAccessLog } from '#access-log/access-log.js';
import { openPseudonyms, personsIn } from '#access-log/person.js';
import { viewer } from '#access-log/view.js';
import type { LookupOutcome } from '#adapters/contract.js';
import type { AccessLogEntry } from '#store/access-log.js';
import { openDatabase } from '#store/database.js';
import { createTestDatabase } from '../kit/services.js';
import { adapterOf, openWay, registerOf } from '../kit/way.js';

type Way = Awaited<ReturnType<typeof openWay>>;
let way: Way | undefined;
afterEach(async () => {
  await way?.close();
  way = undefined;
});

const erika = { familienname: 'Musterfrau', vornamen: 'Erika', geburtsdatum: '1984-05-12' };
const key = Buffer.alloc(32, 7);
const data = { F1: 'Musterfrau', F2: 'Erika', F3: '1984-05-12' };
const person = { name: 'person', title: 'Person', kind: 'register', adapter: 'register', optional: true } as const;
const all = { regions: undefined, limit: 50 };
const { ofIdentity } = openPseudonyms([key]);

const entriesOf = ({ worker, db }: Way, whom = ofIdentity(erika)) =>
  worker.accessLog.of([whom], { ...all, before: { at: new Date(db.now().getTime() + 1), id: randomUUID() } });

describe('a lookup', () => {
  test('stands in the access log before it leaves, with what came of it afterwards', async () => {
    const seen: unknown[] = [];
    way = await openWay([
      adapterOf(),
      registerOf(async () => {
        seen.push(...(await entriesOf(way!)));
        return { kind: 'found', source: 'Melderegister', attributes: { familienname: 'Musterfrau' } };
      }),
    ]);
    const submissionId = await way.accept([person, { name: 'deliver' }], data);
    await way.round();
    const entry = {
      kind: 'lookup',
      actor: 'Stellwerk',
      authority: '081110000000',
      adapter: 'register',
      source: 'Ziel',
      attributes: ['familienname'],
      purpose: 'Test',
      legalBasis: 'Test',
      submissionId,
    };
    expect(seen).toEqual([expect.objectContaining(entry)]);
    expect(seen[0]).not.toHaveProperty('outcome');
    expect(await entriesOf(way)).toEqual([expect.objectContaining({ ...entry, outcome: 'found' })]);
  });

  test('that is tried again has an entry for each try', async () => {
    let calls = 0;
    const answers: LookupOutcome[] = [
      { kind: 'later', reason: { public: 'gestört' } },
      { kind: 'notFound', source: 'Melderegister' },
    ];
    way = await openWay([adapterOf(), registerOf(async () => answers[calls++]!)]);
    await way.accept([{ ...person, optional: false }, { name: 'deliver' }], data);
    await way.round();
    way.advance(10_000);
    await way.round();
    expect((await entriesOf(way)).map(({ outcome }) => outcome)).toEqual(['notFound', 'later']);
  });

  test('that a register answers later is one entry, and its outcome comes later', async () => {
    way = await openWay([
      adapterOf(),
      registerOf(async (context) => ({ kind: 'pending', externalReference: 'N1', askAgainAt: context.now() }), {
        status: async () => ({ kind: 'found', source: 'Nachweis', attributes: {} }),
      }),
    ]);
    await way.accept([person, { name: 'deliver' }], data);
    await way.round();
    expect((await entriesOf(way)).map(({ outcome }) => outcome)).toEqual(['pending']);
    way.advance(60_000);
    await way.round();
    expect((await entriesOf(way)).map(({ outcome }) => outcome)).toEqual(['found']);
  });

  test('does not leave while the access log takes no entry', async () => {
    let calls = 0;
    const lookup = async (): Promise<LookupOutcome> => {
      calls++;
      return { kind: 'notFound', source: 'Melderegister' };
    };
    way = await openWay([adapterOf(), registerOf(lookup)]);
    const { write } = way.worker.accessLog;
    let takes = false;
    way.worker.accessLog.write = async (entries) => {
      if (!takes) throw new Error('away');
      await write(entries);
    };
    const id = await way.accept([{ ...person, optional: false }, { name: 'deliver' }], data);
    await way.round();
    expect(calls).toBe(0);
    expect((await way.view(id))!.tasks).toMatchObject([{ state: 'waiting', outcome: 'later' }]);
    expect((await way.lane('register'))['failures']).toBe(0);
    takes = true;
    way.advance(10_000);
    await way.round();
    expect(calls).toBe(1);
  });
});

test('a view stands in the access log before anything is shown', async () => {
  way = await openWay([adapterOf()]);
  const { db, processes, accessLog } = way.worker;
  const noteView = viewer({ db, processes, accessLog });
  const submissionId = await way.accept([{}], data);
  await noteView({ submissionId, client: 'operator', what: ['Antragsdaten'], reason: 'Fehlersuche' });
  expect(await entriesOf(way)).toEqual([
    expect.objectContaining({
      kind: 'view',
      actor: 'operator',
      authority: '081110000000',
      attributes: ['Antragsdaten'],
      reason: 'Fehlersuche',
      submissionId,
    }),
  ]);
  accessLog.write = async () => {
    throw new Error('away');
  };
  await expect(noteView({ submissionId, client: 'operator', what: [], reason: 'x' })).rejects.toThrow('away');
});

describe('the access log', () => {
  test('P3 knows a person only by pseudonyms, which differ from key to key', async () => {
    way = await openWay([adapterOf(), registerOf(async () => ({ kind: 'notFound', source: 'Melderegister' }))]);
    await way.accept([person, { name: 'deliver' }], data);
    await way.round();
    const { rows } = await way.db.query(
      `select (select json_agg(e) from access_log.entry e)::text || (select json_agg(p)
        from access_log.person p)::text || (select json_agg(o) from access_log.outcome o)::text as everything`,
    );
    expect(rows[0]!['everything']).toContain(ofIdentity(erika));
    for (const value of Object.values(erika)) expect(rows[0]!['everything']).not.toContain(value);
    expect(openPseudonyms([Buffer.alloc(32, 8)]).ofIdentity(erika)).not.toBe(ofIdentity(erika));
  });

  test('takes spaces, case and Unicode forms of a name for the same', () => {
    const same = { ...erika, familienname: ' MUSTERFRAU', vornamen: 'erika ' };
    expect(ofIdentity(same)).toBe(ofIdentity(erika));
    const jörg = { ...erika, vornamen: 'Jörg  Änne' };
    expect(ofIdentity({ ...jörg, vornamen: 'Jörg Änne'.normalize('NFD') })).toBe(ofIdentity(jörg));
    expect(ofIdentity({ ...erika, geburtsdatum: '1984-05-13' })).not.toBe(ofIdentity(erika));
  });

  test('finds every person of a repeated group, and leaves out whom it cannot name', () => {
    const paths = { familienname: 'G1.F1', vornamen: 'G1.F2', geburtsdatum: 'G1.F3' };
    const family = { G1: [data, { F1: 'Musterfrau', F2: 'Max' }, { ...data, F2: 'Ida' }] };
    expect(personsIn(family, paths).map(({ vornamen }) => vornamen)).toEqual(['Erika', 'Ida']);
    expect(personsIn(family, undefined)).toEqual([]);
  });

  test('is never changed', async () => {
    way = await openWay([adapterOf()]);
    await way.worker.accessLog.write([entry(way.db.now())]);
    const refused = [
      `update access_log.entry set actor = 'x'`,
      'delete from access_log.person',
      'truncate access_log.entry',
      `update access_log.entry_2026_03 set actor = 'x'`,
      'truncate access_log.person_2026_03',
      'delete from access_log.erasure',
    ];
    for (const statement of refused) await expect(way.db.query(statement)).rejects.toThrow('never changed');
    expect(await entriesOf(way)).toHaveLength(1);
  });

  test('forgets a month at once when all of it is two years old, and says how much that was', async () => {
    way = await openWay([adapterOf()]);
    const { accessLog } = way.worker;
    const at = (day: string) => new Date(`${day}T12:00:00Z`);
    await accessLog.write([entry(at('2026-03-02')), entry(at('2026-03-31')), entry(at('2026-04-01'))]);
    const days = 86_400_000;
    way.advance(at('2028-03-31').getTime() - way.db.now().getTime() - days);
    expect(await accessLog.sweep()).toBe(0);
    // what is two years old is not told any more, though the month still stands
    expect(await entriesOf(way)).toHaveLength(2);
    way.advance(2 * days);
    expect(await accessLog.sweep()).toBe(2);
    expect(await accessLog.sweep()).toBe(0);
    const { rows } = await way.db.query('select month::text, at, entries from access_log.erasure');
    expect(rows).toEqual([{ month: '2026-03-01', at: way.db.now(), entries: 2 }]);
    expect(await entriesOf(way)).toHaveLength(1);
  });

  test('makes a month that nobody has made', async () => {
    way = await openWay([adapterOf()]);
    way.advance(200 * 86_400_000);
    await way.worker.accessLog.write([entry(way.db.now())]);
    await way.worker.accessLog.writeOutcomes([{ entryId: randomUUID(), at: way.db.now(), outcome: 'found' }]);
    expect(await entriesOf(way)).toHaveLength(1);
  });

  test('may stand in a database of its own', async () => {
    const [lent, apart] = [await createTestDatabase(), await createTestDatabase({ migrated: false })];
    const db = await openDatabase(lent.url, { max: 2 });
    const accessLog = await openAccessLog({ db, url: apart.url, keys: [key] });
    await accessLog.write([entry(db.now())]);
    const { rows } = await db.query('select count(*) as entries from access_log.entry');
    expect(rows).toEqual([{ entries: 0 }]);
    const before = { at: new Date(db.now().getTime() + 1), id: randomUUID() };
    expect(await accessLog.of([ofIdentity(erika)], { ...all, before })).toHaveLength(1);
    await accessLog.close();
    await db.close();
    await Promise.all([lent.drop(), apart.drop()]);
  });
});

function entry(at: Date): AccessLogEntry {
  return {
    entryId: randomUUID(),
    at,
    kind: 'view',
    actor: 'auditor',
    authority: '081110000000',
    source: 'Stellwerk',
    attributes: ['Antragsdaten'],
    purpose: 'Prüfung',
    legalBasis: 'Test',
    reason: 'Prüfung',
    persons: [ofIdentity(erika)],
  };
}
