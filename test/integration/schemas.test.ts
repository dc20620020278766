import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadAdapters } from '#adapter-host/load.js';
import { openProcesses } from '#processes/load.js';
import { followSchemas } from '#schema-import/follow.js';
import { openSchemas } from '#schema-import/schemas.js';
import { type Database, openDatabase } from '#store/database.js';
import { corpusFolder } from '../corpus.js';
import { openTestConsole } from '../kit/console.js';
import { blueCardLists, codeList, free, parking, residentsSchema, smallRules, smallSchema } from '../kit/schemas.js';
import { createTestDatabase } from '../kit/services.js';

const blueCard = join(corpusFolder('fim'), 'xdf2', 'S00000121V1.0_BlaueKarteEU_xdf2.xml');
const there = existsSync(blueCard) ? test : test.skip;

const stuttgart = '081110000000';
const address = '/api/v1/schemas';
const messages = (body: { findings: { message: string }[] }) => body.findings.map(({ message }) => message);

describe('the console', () => {
  let c: Awaited<ReturnType<typeof openTestConsole>>;
  let db: Database;
  beforeAll(async () => {
    c = await openTestConsole();
    db = await openDatabase(c.settings.DATABASE_URL!, { max: 2 });
  });
  afterAll(async () => {
    await db.close();
    await c.close();
  });

  const post = (body: object, query = '') => c.ask('operator', 'POST', `${address}${query}`, { body });
  const stored = async () =>
    (
      await db.query(
        `select (select count(*) from imported_schema) as schemas, (select count(*)
          from schema_use) as uses, (select count(*) from code_list) as lists`,
      )
    ).rows[0];

  test('takes a newer version of a schema that a process uses, once, and keeps all about it', async () => {
    const schema = residentsSchema('1.2.0');
    const trial = await post({ schema, validFrom: '2099-01-01' }, '?dryRun=true');
    expect([trial.status, trial.body]).toMatchObject([200, { dryRun: true, uses: [{ leistung: parking }] }]);
    expect(await stored()).toEqual({ schemas: 0, uses: 0, lists: 0 });

    const made = await post({ schema, validFrom: '2099-01-01', reason: 'neue Fassung' });
    expect(made).toMatchObject({
      status: 201,
      body: {
        schemaId: 'S99003000001',
        version: '1.2.0',
        status: '6',
        released: true,
        author: 'operator',
        uses: [
          {
            leistung: parking,
            processVersion: '1.1.0+S99003000001V1.2.0',
            validFrom: '2099-01-01',
            state: 'scheduled',
          },
        ],
      },
    });
    const again = await post({ schema, validFrom: '2099-01-01' });
    expect([again.status, again.body]).toEqual([200, { ...made.body, changes: [] }]);
    expect(await stored()).toMatchObject({ schemas: 1, uses: 1 });

    const { self, xml, jsonSchema, catalogue } = made.body.links;
    expect(made.headers.get('location')).toBe(self);
    expect((await c.ask('auditor', 'GET', self)).body).toMatchObject({
      report: { positions: { fields: expect.any(Number) }, findings: expect.any(Array) },
      enforced: { constraints: { checked: expect.any(Number) } },
      actions: [{ type: 'schema-imported', actor: 'operator', reason: 'neue Fassung' }],
    });
    expect((await c.ask('operator', 'GET', xml)).text).toBe(schema);
    expect(JSON.parse((await c.ask('operator', 'GET', jsonSchema)).text)).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
    });
    expect((await c.ask('operator', 'GET', `${catalogue}?format=html`)).text).toContain('<table');
    expect(
      (await c.ask('operator', 'GET', address)).body.items.map(({ version }: { version: string }) => version),
    ).toEqual(['1.2.0']);
  });

  test('refuses another content under the same id and version, and another day', async () => {
    const changed = residentsSchema('1.2.0', (xml) => xml.replace('Art des Antrags', 'Antragsart'));
    expect(await post({ schema: changed })).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(await post({ schema: residentsSchema('1.2.0'), validFrom: '2098-01-01' })).toMatchObject({
      status: 409,
      body: { code: 'conflict', detail: expect.stringContaining('01.01.2099') },
    });
  });

  test('refuses what is wrong with findings, and stores nothing', async () => {
    const before = await stored();
    const wrong = smallSchema().replace('<anzahl>1:1', '<anzahl>2:1');
    const broken = await post({ schema: wrong, leistung: free });
    expect(broken).toMatchObject({ status: 422, body: { code: 'invalid-schema' } });
    expect(broken.body.findings).toContainEqual(
      expect.objectContaining({ severity: 'error', code: '1047', position: 'G08000000770' }),
    );
    for (const schema of ['kein XML', '<!DOCTYPE x><x/>', smallSchema({ version: '' }), smallSchema().slice(0, -20)])
      expect(await post({ schema, leistung: free })).toMatchObject({ status: 422, body: { code: 'invalid-schema' } });
    expect(await post({ schema: smallSchema(), leistung: free, validFrom: '2020-01-01' })).toMatchObject({
      status: 400,
      body: { code: 'malformed' },
    });
    expect(await post({ leistung: free })).toMatchObject({ status: 400 });
    expect(await post({ schema: smallSchema(), leistung: free, region: '08999' })).toMatchObject({ status: 404 });
    expect(await stored()).toEqual(before);
  });

  test('refuses a process that would no longer fit, and names every row and field', async () => {
    const renamed = residentsSchema('1.3.0', (xml) =>
      xml.replaceAll('F99003000002', 'F99003009902').replaceAll('F99003000007', 'F99003009907'),
    );
    const { status, body } = await post({ schema: renamed });
    expect([status, body.code]).toEqual([422, 'schema-unfit']);
    const told = messages(body).join('\n');
    for (const part of ['antrag.zone', 'fahrzeug.kennzeichen', 'F99003009902', 'F99003009907'])
      expect(told).toContain(part);
  });

  test('refuses what no process uses, what is not newer, and a Leistung that has another schema', async () => {
    expect(await post({ schema: smallSchema() })).toMatchObject({ status: 422, body: { code: 'schema-unfit' } });
    expect(await post({ schema: residentsSchema('0.9.0') })).toMatchObject({
      status: 422,
      body: { code: 'schema-unfit' },
    });
    expect(await post({ schema: residentsSchema('1.1.0') })).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(await post({ schema: smallSchema(), leistung: parking })).toMatchObject({
      status: 422,
      body: { code: 'schema-unfit', detail: expect.stringContaining('eigenen Prozess') },
    });
  });

  test('takes rules beside a schema, says which text each enforces, and refuses wrong ones by line', async () => {
    const text = 'Das Anliegen ist genau bezeichnet.';
    const key = 'S08000000077';
    const schema = smallSchema({ rule: text });
    const wrong = smallRules(text, '1', 'egal').replace('self.F08000000771', 'self.F08000000779');
    expect(await post({ schema, rules: wrong, leistung: free })).toMatchObject({
      status: 422,
      body: { code: 'invalid-schema', findings: [{ file: 'rules', line: 1, severity: 'error' }] },
    });
    const made = await post({ schema, rules: smallRules(text, '1.0', 'egal'), leistung: free });
    expect([made.status, made.body.uses]).toMatchObject([
      201,
      [{ processVersion: `${key}V1.0.0R1.0`, rulesVersion: '1.0', state: 'live' }],
    ]);
    const shown = await c.ask('operator', 'GET', made.body.links.self);
    expect(shown.body).toMatchObject({
      addedRules: [{ rulesVersion: '1.0', author: 'operator' }],
      report: { rules: { checked: 1, unchecked: [], added: [{ id: 'R08000000770', text, by: ['anliegen'] }] } },
    });
    const page = await c.ask('operator', 'GET', `${made.body.links.catalogue}?format=html`);
    expect(page.text).toContain('zusätzliche Regel anliegen');
    const none = smallRules(text, '1.1', 'egal').replace(/"rules":.*/, '"rules":[]}');
    const freed = await post({ schema, rules: none, leistung: free });
    expect([freed.status, freed.body.changes]).toMatchObject([201, [{ what: 'rule', breaking: false }]]);
    await c.ask('operator', 'DELETE', `${made.body.links.self}?reason=Probe`);
  });

  test('takes what is not released only when forced, with a reason that stays', async () => {
    const schema = smallSchema({ id: 'S08000000078', status: '3' });
    expect(await post({ schema, leistung: free })).toMatchObject({
      status: 422,
      body: { code: 'schema-not-released' },
    });
    expect(await post({ schema, leistung: free, force: true })).toMatchObject({
      status: 400,
      body: { code: 'malformed' },
    });
    const forced = await post({ schema, leistung: free, force: true, reason: 'Pilot mit dem Fachressort' });
    expect(forced).toMatchObject({
      status: 201,
      body: { released: false, status: '3', forced: 'Pilot mit dem Fachressort' },
    });
  });

  test('binds the lists that are sent along, keeps them, and refuses others for the same schema', async () => {
    const uri = 'urn:beispiel:codeliste:farbe';
    const schema = smallSchema({ id: 'S08000000079', list: uri });
    const order = { schema, leistung: '99010003001001' };
    const missing = await post(order);
    expect(missing).toMatchObject({ status: 422, body: { code: 'missing-list', lists: [{ uri }] } });
    const made = await post({ ...order, lists: { [uri]: codeList(uri, '7') } });
    expect(made.status).toBe(201);
    const { body } = await c.ask('operator', 'GET', made.body.links.self);
    expect(body.lists).toEqual([expect.objectContaining({ uri, versionUri: `${uri}_7`, how: 'bound', size: 3 })]);
    const again = await post(order);
    expect([again.status, again.body]).toEqual([200, { ...made.body, changes: [] }]);
    expect(await post({ ...order, lists: { [uri]: codeList(uri, '8') } })).toMatchObject({ status: 409 });
  });

  test('a municipality sees what concerns it, and changes nothing', async () => {
    const schema = smallSchema({ id: 'S08000000080' });
    const made = await post({ schema, leistung: '99010003001002', region: '08115' });
    expect(made.status).toBe(201);
    const { self, xml } = made.body.links;
    expect((await c.ask('landkreis-boeblingen', 'GET', self)).status).toBe(200);
    for (const path of [self, xml]) expect((await c.ask('stadt-stuttgart', 'GET', path)).status).toBe(404);
    const list = await c.ask('stadt-stuttgart', 'GET', address);
    expect(list.text).toContain('S99003000001');
    expect(list.text).not.toContain('S08000000080');
    expect((await c.ask('stadt-stuttgart', 'DELETE', `${self}?reason=Nein danke`)).status).toBe(403);
  });

  there(
    'refuses the real S00000121 without its lists, naming all four; with them it is taken when forced',
    async () => {
      const form = (lists: Record<string, string>, more: Record<string, string>) => {
        const form = new FormData();
        form.append('schema', new Blob([readFileSync(blueCard)]), 'schema.xml');
        for (const [urn, list] of Object.entries({ ...lists }))
          form.append(`list:${urn}`, new Blob([list]), 'list.xml');
        for (const [name, value] of Object.entries({ leistung: '99010003001003', ...more })) form.append(name, value);
        return form;
      };
      const send = async (body: FormData) => {
        const answer = await fetch(c.url + address, {
          method: 'POST',
          body,
          headers: { authorization: await c.issuer.bearer('operator') },
        });
        return { status: answer.status, body: (await answer.json()) as never } as {
          status: number;
          body: { [name: string]: never };
        };
      };
      const missing = await send(form({}, {}));
      expect([missing.status, missing.body['code']]).toEqual([422, 'missing-list']);
      for (const urn of Object.keys(blueCardLists)) expect(missing.body['detail']).toContain(urn);

      expect(await send(form(blueCardLists, {}))).toMatchObject({
        status: 422,
        body: { code: 'schema-not-released', status: 'inVorbereitung' },
      });
      const made = await send(form(blueCardLists, { force: 'true', reason: 'Probe mit einem echten Schema' }));
      expect(made).toMatchObject({
        status: 201,
        body: { schemaId: 'S00000121', version: '1.0', uses: [{ state: 'live' }] },
      });
      const { rows } = await db.query(`select file from imported_schema where schema_id = 'S00000121'`);
      expect(Buffer.compare(rows[0]!['file'], readFileSync(blueCard))).toBe(0);
    },
  );
});

describe('from a day on', () => {
  let real: Database;
  let lent: Awaited<ReturnType<typeof createTestDatabase>>;
  let now = new Date('2026-11-20T11:00:00Z');
  beforeAll(async () => {
    lent = await createTestDatabase();
    real = await openDatabase(lent.url, { max: 3 });
  });
  afterAll(async () => {
    await real.close();
    await lent.drop();
  });

  /** What one process of ours knows, at the test's time. */
  async function open() {
    const db: Database = { ...real, now: () => now };
    const processes = openProcesses();
    const errors: unknown[] = [];
    const follow = await followSchemas({ db, processes, onError: (error) => errors.push(error) });
    const schemas = openSchemas({ db, processes, adapters: await loadAdapters(), follow });
    const version = (leistung: string, ars = stuttgart) => processes.find({ leistung, ars, date: now })?.version;
    return { processes, schemas, version, errors };
  }
  const order = (schema: string, more = {}) => ({ file: Buffer.from(schema), lists: {}, author: 'test', ...more });
  const at = (time: string) => {
    now = new Date(time);
  };

  test('the new version takes over at midnight in Berlin, and the old one stays for what it accepted', async () => {
    const { schemas, version, processes } = await open();
    await schemas.import(order(residentsSchema('1.2.0'), { validFrom: '2026-12-01' }));
    await schemas.import(order(residentsSchema('1.3.0'), { validFrom: '2027-01-01' }));
    at('2026-11-30T22:59:59Z');
    expect(version(parking)).toBe('1.1.0');
    at('2026-11-30T23:00:00Z');
    expect(version(parking)).toBe('1.1.0+S99003000001V1.2.0');
    at('2027-01-01T11:00:00Z');
    expect(version(parking)).toBe('1.1.0+S99003000001V1.3.0');
    expect((await schemas.list()).map(({ version, uses }) => [version, uses[0]!.state])).toEqual([
      ['1.3.0', 'live'],
      ['1.2.0', 'replaced'],
    ]);
    const schemaOf = (version: string) => processes.exact(parking, version)?.schema.version;
    expect([schemaOf('1.1.0'), schemaOf('1.1.0+S99003000001V1.2.0')]).toEqual(['1.1.0', '1.2.0']);
  });

  test('withdrawing lets the version before take over again, from the day on that was said', async () => {
    const { schemas, version, processes } = await open();
    const key = { schemaId: 'S99003000001', version: '1.3.0' };
    await schemas.withdraw(key, { from: '2027-02-01', reason: 'Fehler in der Fassung', author: 'test' });
    at('2027-01-31T11:00:00Z');
    expect(version(parking)).toBe('1.1.0+S99003000001V1.3.0');
    at('2027-02-01T11:00:00Z');
    expect(version(parking)).toBe('1.1.0+S99003000001V1.2.0');
    expect(processes.exact(parking, '1.1.0+S99003000001V1.3.0')?.schema.version).toBe('1.3.0');
    expect((await schemas.show(key))?.actions.map(({ type }) => type)).toEqual(['schema-imported', 'schema-withdrawn']);
    await expect(
      schemas.withdraw(key, { from: '2027-01-01', reason: 'zu spät', author: 'test' }),
    ).rejects.toMatchObject({
      code: 'malformed',
    });
  });

  test('no version can slip in before another that holds already, or is still to come', async () => {
    const { schemas } = await open();
    await expect(schemas.import(order(residentsSchema('1.0.5')))).rejects.toMatchObject({ code: 'schema-unfit' });
    await schemas.import(order(residentsSchema('2.0.0'), { validFrom: '2027-06-01' }));
    await expect(schemas.import(order(residentsSchema('3.0.0'), { validFrom: '2027-05-01' }))).rejects.toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining('2.0.0'),
    });
  });

  test('a region may go first, and others follow later with the same file', async () => {
    const { schemas, version } = await open();
    const pilot = smallSchema({ id: 'S08000000090' });
    await schemas.import(order(pilot, { leistung: free, region: '08111' }));
    expect([version(free), version(free, '081150003003')]).toEqual(['S08000000090V1.0.0@08111', undefined]);
    const { created, schema } = await schemas.import(order(pilot, { leistung: free }));
    expect([created, schema.uses.length]).toEqual([true, 2]);
    expect([version(free), version(free, '081150003003')]).toEqual(['S08000000090V1.0.0@08111', 'S08000000090V1.0.0']);
    await schemas.import(order(smallSchema({ id: 'S08000000090', version: '1.1.0' })));
    expect([version(free), version(free, '081150003003')]).toEqual(['S08000000090V1.1.0@08111', 'S08000000090V1.1.0']);
  });

  test('two who import at once both get in, each on the other’s ground', async () => {
    const [one, two] = await Promise.all([open(), open()]);
    const leistungen = ['99010003001004', '99010003001005'];
    await Promise.all([
      one.schemas.import(order(smallSchema({ id: 'S08000000091' }), { leistung: leistungen[0] })),
      two.schemas.import(order(smallSchema({ id: 'S08000000092' }), { leistung: leistungen[1] })),
    ]);
    const { version } = await open();
    expect(leistungen.map((leistung) => version(leistung))).toEqual(['S08000000091V1.0.0', 'S08000000092V1.0.0']);
  });

  test('of two contents that come at once under one id and version, one is taken and the other refused', async () => {
    const [one, two] = await Promise.all([open(), open()]);
    const schema = smallSchema({ id: 'S08000000093' });
    const results = await Promise.allSettled([
      one.schemas.import(order(schema, { leistung: '99010003001006' })),
      two.schemas.import(order(schema.replace('Anliegen', 'Wunsch'), { leistung: '99010003001007' })),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } });
  });

  test('a stored process that does not load is told, and keeps nothing else from loading', async () => {
    await real.query(
      `update schema_use set process = process || '{"mapping": {"a.b": "G1.F1"}}'
        where process_version = 'S08000000091V1.0.0'`,
    );
    const { errors, version } = await open();
    expect(errors).toHaveLength(1);
    expect([version('99010003001004'), version('99010003001005')]).toEqual([undefined, 'S08000000092V1.0.0']);
  });
});
