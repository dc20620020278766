import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { openRoutes } from '#access/guard.js';
import type { Role } from '#access/rights.js';
import { type Database, openDatabase } from '#store/database.js';
import { giveMandate } from '#store/sql/mandate.js';
import type { Answer } from '../kit/answer.js';
import { openTestConsole } from '../kit/console.js';
import { openTestGateway } from '../kit/gateway.js';
import type { Client } from '../kit/issuer.js';
import { routesOf } from '../kit/routes.js';
import { seedTask } from '../kit/seeds.js';

type TestConsole = Awaited<ReturnType<typeof openTestConsole>>;
type TestGateway = Awaited<ReturnType<typeof openTestGateway>>;

const places = { stuttgart: '081110000000', boeblingen: '081150003003' };
type Place = keyof typeof places;

/** What a request needs to name something that exists in a region. */
interface Target {
  ars: string;
  taskId: string;
  submissionId: string;
  lane: string;
  mandateId: string;
}

/** `own`: only in its own regions; `below`: in them and in all below them; `-`: nowhere. */
interface Row {
  path: (target: Target) => string;
  body?: object | ((target: Target) => object);
  portal: 'all' | '-';
  municipality: 'own' | 'all' | '-';
  coordinator: 'below' | 'all' | '-';
  land: 'below' | 'all' | '-';
  operator: 'all' | '-';
  auditor: 'all' | '-';
  /** Absent: nowhere. */
  fachverfahren?: 'own';
  person?: 'all';
  /** Where the address names an id only, its existence may be denied instead (404). */
  hidden?: true;
}

const hundesteuer = '99102013104000';
const reason = 'Prüfung der Rechte';
const nobody = { portal: '-', municipality: '-', coordinator: '-', land: '-', operator: '-', auditor: '-' } as const;
const operators = { ...nobody, operator: 'all' } as const;
/** Content and values: those of a town are for nobody above it. */
const readers = { ...nobody, municipality: 'own', operator: 'all', auditor: 'all' } as const;
/** Readiness, states and counts: also for the levels above. */
const overseers = { ...readers, coordinator: 'below', land: 'below' } as const;
const lists = { ...readers, municipality: 'all', coordinator: 'all', land: 'all' } as const;
const towns = { ...nobody, municipality: 'own' } as const;
const operatorAndAuditor = { ...operators, auditor: 'all' } as const;
const task = (verb: string) => (target: Target) => `/api/v1/dead-letters/${target.taskId}${verb}`;
const parameter = ({ ars }: Target) => `/api/v1/parameters/${ars}/*/rest.baseUrl`;
const schema = (verb: string) => () => `/api/v1/schemas/S99999000001/1.0.0${verb}`;
const job = (verb: string) => () => `/api/v1/replays/${randomUUID()}${verb}`;

/** Every route, and who gets through to it. A list answers municipalities with their own regions only. */
const consoleTable: Record<string, Row> = {
  'GET /api/v1/parameters/effective': {
    ...readers,
    path: ({ ars }) => `/api/v1/parameters/effective?ars=${ars}&leistung=${hundesteuer}`,
  },
  'GET /api/v1/parameters/missing': { ...overseers, path: ({ ars }) => `/api/v1/parameters/missing?region=${ars}` },
  'GET /api/v1/parameters/definitions': { ...lists, path: () => '/api/v1/parameters/definitions' },
  'GET /api/v1/parameters/:region/:leistung/:name': { ...readers, path: parameter },
  'PUT /api/v1/parameters/:region/:leistung/:name': {
    ...towns,
    path: parameter,
    body: { value: 'https://a.example.de', reason },
  },
  'DELETE /api/v1/parameters/:region/:leistung/:name': {
    ...towns,
    path: parameter,
  },
  'POST /api/v1/adapters/:name/check': {
    ...operators,
    municipality: 'own',
    path: ({ ars }) => `/api/v1/adapters/echo/check?ars=${ars}&leistung=${hundesteuer}`,
  },
  'GET /api/v1/mandates': { ...lists, path: () => '/api/v1/mandates' },
  'POST /api/v1/mandates': {
    ...towns,
    path: () => '/api/v1/mandates',
    body: ({ ars }) => ({ region: ars, client: 'jemand', scope: 'parameters', until: '2999-01-01', reason }),
  },
  'DELETE /api/v1/mandates/:mandateId': {
    ...towns,
    path: ({ mandateId }) => `/api/v1/mandates/${mandateId}?reason=${encodeURIComponent(reason)}`,
  },
  'GET /api/v1/submissions/:submissionId': {
    ...overseers,
    path: ({ submissionId }) => `/api/v1/submissions/${submissionId}`,
  },
  'POST /api/v1/submissions/find': {
    ...nobody,
    municipality: 'all',
    path: () => '/api/v1/submissions/find',
    body: { postfachHandleId: 'p-1', reason },
  },
  'POST /api/v1/tasks/:taskId/render': {
    ...operators,
    municipality: 'own',
    path: ({ taskId }) => `/api/v1/tasks/${taskId}/render`,
    body: { reason },
  },
  'GET /api/v1/dead-letters': { ...lists, path: () => '/api/v1/dead-letters' },
  'GET /api/v1/dead-letters/:taskId': { ...readers, path: task('') },
  'POST /api/v1/dead-letters/:taskId/replay': {
    ...operators,
    path: task('/replay'),
    body: { parameters: 'current', reason },
  },
  'POST /api/v1/dead-letters/:taskId/discard': { ...operators, path: task('/discard'), body: { reason } },
  'POST /api/v1/dead-letters/:taskId/resolve': {
    ...operators,
    path: task('/resolve'),
    body: { arrived: true, reason },
  },
  'POST /api/v1/dead-letters/strays/:strayId/dismiss': {
    ...operators,
    path: () => `/api/v1/dead-letters/strays/${randomUUID()}/dismiss`,
    body: { reason },
  },
  'POST /api/v1/replays': {
    ...operators,
    path: () => '/api/v1/replays',
    body: { filter: {}, parameters: 'current', dryRun: true, reason },
  },
  'GET /api/v1/replays': { ...operatorAndAuditor, path: () => '/api/v1/replays' },
  'GET /api/v1/replays/:replayId': { ...operatorAndAuditor, path: job('') },
  'GET /api/v1/replays/:replayId/items': { ...operatorAndAuditor, path: job('/items') },
  'POST /api/v1/replays/:replayId/pause': { ...operators, path: job('/pause'), body: {} },
  'POST /api/v1/replays/:replayId/resume': { ...operators, path: job('/resume'), body: {} },
  'POST /api/v1/replays/:replayId/cancel': { ...operators, path: job('/cancel'), body: {} },
  'GET /api/v1/pending': { ...lists, path: () => '/api/v1/pending' },
  'GET /api/v1/pending/:lane': { ...overseers, path: ({ lane }) => `/api/v1/pending/${lane}` },
  'GET /api/v1/lanes': { ...lists, path: () => '/api/v1/lanes' },
  'GET /api/v1/lanes/:lane': { ...overseers, path: ({ lane }) => `/api/v1/lanes/${lane}` },
  'POST /api/v1/lanes/:lane/probe': {
    ...operators,
    path: ({ lane }) => `/api/v1/lanes/${lane}/probe`,
    body: { reason },
  },
  'POST /api/v1/access-log/person': {
    ...nobody,
    portal: 'all',
    municipality: 'all',
    auditor: 'all',
    path: () => '/api/v1/access-log/person',
    body: { postfachHandleId: 'p-1' },
  },
  'GET /api/v1/access-log': {
    ...nobody,
    municipality: 'all',
    auditor: 'all',
    person: 'all',
    path: () => `/api/v1/access-log?person=${'e'.repeat(64)}&reason=${encodeURIComponent(reason)}`,
  },
  'POST /api/v1/schemas': { ...operators, path: () => '/api/v1/schemas', body: { schema: '<leer/>', reason } },
  'GET /api/v1/schemas': { ...lists, path: () => '/api/v1/schemas' },
  'GET /api/v1/schemas/:schemaId/:version': { ...lists, path: schema('') },
  'GET /api/v1/schemas/:schemaId/:version/xml': { ...lists, path: schema('/xml') },
  'GET /api/v1/schemas/:schemaId/:version/json-schema': { ...lists, path: schema('/json-schema') },
  'GET /api/v1/schemas/:schemaId/:version/catalogue': { ...lists, path: schema('/catalogue') },
  'DELETE /api/v1/schemas/:schemaId/:version': {
    ...operators,
    path: schema(`?reason=${encodeURIComponent(reason)}`),
  },
};

const gatewayTable: Record<string, Row> = {
  'POST /service-bw/v1/submissions': {
    ...operators,
    portal: 'all',
    operator: '-',
    path: ({ ars }) => `/service-bw/v1/submissions?ars=${ars}&leistung=${hundesteuer}`,
    body: {},
  },
  'GET /service-bw/v1/submissions/:submissionId': {
    ...overseers,
    hidden: true,
    path: ({ submissionId }) => `/service-bw/v1/submissions/${submissionId}`,
  },
  'GET /service-bw/v1/submissions/:submissionId/replies/:replyId': {
    ...nobody,
    hidden: true,
    path: ({ submissionId }) => `/service-bw/v1/submissions/${submissionId}/replies/${randomUUID()}`,
  },
  'GET /service-bw/v1/submissions/:submissionId/replies/:replyId/documents/:n': {
    ...nobody,
    hidden: true,
    path: ({ submissionId }) => `/service-bw/v1/submissions/${submissionId}/replies/${randomUUID()}/documents/1`,
  },
  'PUT /service-bw/v1/callback': {
    ...nobody,
    portal: 'all',
    path: () => '/service-bw/v1/callback',
    body: { url: 'https://portal.example.de/neues', secret: 'x'.repeat(32) },
  },
  'GET /service-bw/v1/callback': { ...nobody, portal: 'all', path: () => '/service-bw/v1/callback' },
  'POST /service-bw/v1/callback/test': { ...nobody, portal: 'all', path: () => '/service-bw/v1/callback/test' },
  'DELETE /service-bw/v1/callback': { ...nobody, portal: 'all', path: () => '/service-bw/v1/callback' },
  'POST /fachverfahren/v1/submissions/:submissionId/replies': {
    ...nobody,
    fachverfahren: 'own',
    hidden: true,
    path: ({ submissionId }) => `/fachverfahren/v1/submissions/${submissionId}/replies`,
    body: {},
  },
  'GET /service-bw/v1/processes/:leistung': {
    ...overseers,
    portal: 'all',
    path: ({ ars }) => `/service-bw/v1/processes/${hundesteuer}?ars=${ars}`,
  },
};

const clients: Record<Client, { role: Role; home?: Place }> = {
  'service-bw': { role: 'portal' },
  'stadt-stuttgart': { role: 'municipality', home: 'stuttgart' },
  'stadt-boeblingen': { role: 'municipality', home: 'boeblingen' },
  'landkreis-boeblingen': { role: 'coordinator', home: 'boeblingen' },
  'land-bw': { role: 'land' },
  'fachverfahren-stuttgart': { role: 'fachverfahren', home: 'stuttgart' },
  operator: { role: 'operator' },
  auditor: { role: 'auditor' },
  'buerger-erika': { role: 'person' },
};

interface Opened {
  app: INestApplicationContext;
  ask(
    client: Client | undefined,
    method: string,
    path: string,
    options?: { body?: string; headers?: Record<string, string> },
  ): Promise<Answer>;
}

let c: TestConsole;
let gateway: TestGateway;
let db: Database;
beforeAll(async () => {
  c = await openTestConsole();
  gateway = await openTestGateway();
});
afterAll(async () => {
  await gateway.close();
  await c.close();
});

/** Something dead in each region, from another portal than ours. */
async function seed(place: Place): Promise<Target> {
  const ars = places[place];
  const seeded = await seedTask(db, { ars });
  await db.query(`update submission set client = 'anderes-portal' where submission_id = $1`, [seeded.submissionId]);
  const mandateId = randomUUID();
  const mandate = { mandateId, region: ars, client: 'jemand', scope: 'content', reason, givenBy: 'test' } as const;
  await giveMandate(db, { ...mandate, validUntil: new Date('2999-01-01'), givenAt: db.now() });
  return { ars, mandateId, ...seeded };
}

const everything = async () => {
  const tables = [
    'parameter',
    'parameter_revision',
    'mandate',
    'task',
    'attempt',
    'event',
    'lane',
    'replay',
    'replay_item',
    'action',
    'stray',
    'imported_schema',
    'schema_use',
    'code_list',
    'access_log.entry',
    'reply',
    'callback',
    'notice',
  ];
  const states = [];
  for (const name of tables) {
    const { rows } = await db.query(`select to_regclass($1) is not null as there`, [name]);
    if (rows[0]!['there'])
      states.push(
        (await db.query(`select coalesce(string_agg(t::text, e'\\n' order by t::text), '') as all from ${name} t`))
          .rows[0]!['all'],
      );
  }
  return states.join('\n');
};

function send({ ask }: Opened, client: Client | undefined, route: string, { path, body: made }: Row, target: Target) {
  const body = typeof made === 'function' ? made(target) : made;
  return ask(client, route.split(' ')[0]!, path(target), {
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: { 'if-match': '*', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
  });
}

describe.each([
  ['console', consoleTable, (): Opened => c, () => c.settings],
  ['gateway', gatewayTable, (): Opened => gateway, () => gateway.settings],
] as const)('P4 nobody reaches beyond role and region: %s', (_, table, opened, settings) => {
  beforeAll(async () => {
    db = await openDatabase(settings().DATABASE_URL!, { max: 2 });
  });
  afterAll(() => db.close());

  test('P4 the table knows every route, and no other', () => {
    const routes = routesOf(opened().app).filter((route) => !openRoutes.includes(route.split(' ')[1]!));
    expect(Object.keys(table).sort()).toEqual(routes.sort());
  });

  test('P4 without a token every route is 401, and the open ones tell nothing', async () => {
    const target = await seed('stuttgart');
    for (const [route, row] of Object.entries(table)) {
      const { status, body, headers } = await send(opened(), undefined, route, row, target);
      expect([route, headers.get('cache-control')]).toEqual([route, 'no-store']);
      expect([route, status, body.code, headers.get('www-authenticate')]).toEqual([
        route,
        401,
        'unauthenticated',
        'Bearer realm="stellwerk"',
      ]);
    }
    for (const path of openRoutes) {
      const { status, text } = await opened().ask(undefined, 'GET', path);
      expect([path, [200, 503].includes(status)]).toEqual([path, true]);
      for (const value of Object.values(target)) expect(text).not.toContain(value);
    }
  });

  describe.each(Object.entries(table))('P4 %s', (route, row) => {
    test.each(Object.entries(clients) as [Client, (typeof clients)[Client]][])(
      'P4 %s gets what the matrix says, in its own and in a foreign region',
      async (client, { role, home }) => {
        for (const place of Object.keys(places) as Place[]) {
          const target = await seed(place);
          const allowed =
            row[role] === 'all' ||
            (['own', 'below'].includes(row[role] ?? '-') && (home === undefined || home === place));
          const before = allowed ? undefined : await everything();
          const { status, body, text, headers } = await send(opened(), client, route, row, target);
          expect([route, headers.get('cache-control')]).toEqual([route, 'no-store']);
          if (allowed) {
            const refused = status === 401 || status === 403 || status >= 500 || (row.hidden && status === 404);
            expect([place, status, refused ?? false]).toEqual([place, status, false]);
          } else {
            const answer = row.hidden && status === 404 ? [404, 'not-found'] : [403, 'forbidden'];
            expect([place, status, body.code]).toEqual([place, ...answer]);
            expect(await everything()).toBe(before);
          }
          if (home && allowed && row.municipality === 'all')
            expect(text).not.toContain(places[home === 'stuttgart' ? 'boeblingen' : 'stuttgart']);
        }
      },
    );
  });
});

describe('P4 regions in detail', () => {
  test('P4 a municipality reads what it inherits, and changes nothing above itself', async () => {
    for (const region of ['08', '081']) {
      const path = `/api/v1/parameters/${region}/*/rest.baseUrl`;
      expect((await c.ask('stadt-stuttgart', 'GET', path)).status).toBe(200);
      const put = await c.ask('stadt-stuttgart', 'PUT', path, {
        body: { value: 'https://a.example.de', reason },
        headers: { 'if-match': '*' },
      });
      expect([put.status, put.body.code]).toEqual([403, 'forbidden']);
    }
    expect((await c.ask('stadt-stuttgart', 'GET', '/api/v1/parameters/082/*/rest.baseUrl')).status).toBe(403);
  });

  test('P4 403 comes before anything about the content: names, bodies, preconditions', async () => {
    const foreign = '/api/v1/parameters/08115/*/nirgends';
    for (const [method, body] of [['GET'], ['PUT', {}], ['PUT', { value: 1, reason }], ['DELETE']] as const) {
      expect((await c.ask('stadt-stuttgart', method, foreign, body === undefined ? {} : { body })).status).toBe(403);
    }
    for (const region of ['09', '08999', '081119', 'x', '08111%20', '%2B08111']) {
      expect([
        region,
        (await c.ask('stadt-stuttgart', 'GET', `/api/v1/parameters/${region}/*/rest.baseUrl`)).status,
      ]).toEqual([region, 403]);
    }
  });

  test('P4 naming an own and a foreign region in one request opens nothing', async () => {
    const own = 'ars=081110000000';
    const foreign = 'ars=081150003003';
    const paths = [
      `effective?${own}&${foreign}&leistung=${hundesteuer}`,
      `effective?${foreign}&${own}&leistung=${hundesteuer}`,
      `effective?${own}&region=08115&leistung=${hundesteuer}`,
      'missing?region=08111&region=08115',
      'missing?region=08111&ars=081150003003',
    ];
    for (const path of paths)
      expect([path, (await c.ask('stadt-stuttgart', 'GET', `/api/v1/parameters/${path}`)).status]).toEqual([path, 403]);
    const mixed = await c.ask('stadt-stuttgart', 'GET', `/api/v1/parameters/08115/*/rest.baseUrl?${own}`);
    expect(mixed.status).toBe(403);
  });
});

describe('P4 reach downwards', () => {
  const town = '081150003003';
  const parameters = (region: string, name = 'mail.from') => `/api/v1/parameters/${region}/*/${name}`;
  const effective = `/api/v1/parameters/effective?ars=${town}&leistung=${hundesteuer}`;
  const check = `/api/v1/adapters/echo/check?ars=${town}&leistung=${hundesteuer}`;
  const set = { body: { value: 'amt@example.org', reason }, headers: { 'if-match': '*' } };
  const give = (more: object) =>
    c.ask('stadt-boeblingen', 'POST', '/api/v1/mandates', {
      body: { region: town, client: 'landkreis-boeblingen', scope: 'parameters', until: '2999-01-01', reason, ...more },
    });
  const revoke = (mandateId: string) =>
    c.ask('stadt-boeblingen', 'DELETE', `/api/v1/mandates/${mandateId}?reason=genug`);
  let task: Target;
  /** What the client gets to: its statuses for seeing and setting values, testing, explaining and seeing content. */
  const statuses = async (client: Client) => [
    (await c.ask(client, 'GET', effective)).status,
    (await c.ask(client, 'PUT', parameters(town), set)).status,
    (await c.ask(client, 'POST', check)).status,
    (await c.ask(client, 'GET', `/api/v1/dead-letters/${task.taskId}`)).status,
    (await c.ask(client, 'POST', `/api/v1/tasks/${task.taskId}/render`, { body: { reason } })).status,
  ];
  const none = [403, 403, 403, 403, 403];
  const ofParameters = [200, 200, 200, 403, 403];
  /** 409: the invented task has nothing to show. */
  const ofContent = [403, 403, 403, 200, 409];

  beforeAll(async () => {
    db = await openDatabase(c.settings.DATABASE_URL!, { max: 2 });
    task = await seed('boeblingen');
  });
  afterAll(() => db.close());

  test('P4 a level writes at its own level only, and reads there and above', async () => {
    const levels = ['08', '081', '08115', '081150003', town];
    const written = async (client: Client) => {
      const answers = levels.map(async (region) => (await c.ask(client, 'PUT', parameters(region), set)).status);
      return (await Promise.all(answers)).map((status) => status !== 403);
    };
    expect(await written('land-bw')).toEqual([true, false, false, false, false]);
    expect(await written('landkreis-boeblingen')).toEqual([false, false, true, false, false]);
    expect(await written('stadt-boeblingen')).toEqual([false, false, false, false, true]);
    expect((await c.ask('landkreis-boeblingen', 'GET', parameters('08'))).status).toBe(200);
  });

  test('P4 a Kreis sees readiness, states and counts of its towns', async () => {
    for (const path of [
      '/api/v1/parameters/missing?region=08115',
      `/api/v1/lanes/${task.lane}`,
      `/api/v1/submissions/${task.submissionId}`,
    ])
      expect([path, (await c.ask('landkreis-boeblingen', 'GET', path)).status]).toEqual([path, 200]);
    const { body } = await c.ask('landkreis-boeblingen', 'GET', '/api/v1/dead-letters?groupBy=cause');
    expect(body.causes[0].count).toBeGreaterThan(0);
  });

  test('P4 in a town’s name a level above acts with its mandate only: who, what, until when', async () => {
    expect(await statuses('landkreis-boeblingen')).toEqual(none);
    const { body: mandate } = await give({});
    expect(mandate).toMatchObject({
      region: town,
      client: 'landkreis-boeblingen',
      active: true,
      givenBy: 'stadt-boeblingen',
    });
    expect(await statuses('landkreis-boeblingen')).toEqual(ofParameters);
    expect(await statuses('land-bw')).toEqual(none);
    expect((await c.ask('landkreis-boeblingen', 'PUT', parameters('081155003021'), set)).status).toBe(403);
    expect((await revoke(mandate.mandateId)).body).toMatchObject({ active: false });
    expect(await statuses('landkreis-boeblingen')).toEqual(none);
    expect((await revoke(mandate.mandateId)).status).toBe(409);
    const { rows } = await db.query('select actor, type from action where subject = $1 order by action_id', [
      mandate.mandateId,
    ]);
    expect(rows.map((row) => [row['actor'], row['type']])).toEqual([
      ['stadt-boeblingen', 'mandate-given'],
      ['stadt-boeblingen', 'mandate-revoked'],
    ]);
  });

  test('P4 what citizens wrote is a mandate of its own, and looking is an event', async () => {
    const { body: mandate } = await give({ client: 'land-bw', scope: 'content' });
    expect(await statuses('land-bw')).toEqual(ofContent);
    await revoke(mandate.mandateId);
    expect(await statuses('land-bw')).toEqual(none);
  });

  test('P4 a mandate ends by itself, and for a client that is not above it gives nothing', async () => {
    const past = { mandateId: randomUUID(), region: town, scope: 'parameters', reason, givenBy: 'test' } as const;
    const givenAt = new Date(db.now().getTime() - 60_000);
    const validUntil = new Date(db.now().getTime() - 1);
    await giveMandate(db, { ...past, client: 'landkreis-boeblingen', givenAt, validUntil });
    expect(await statuses('landkreis-boeblingen')).toEqual(none);
    const { body: mandate } = await give({ client: 'stadt-stuttgart' });
    expect(await statuses('stadt-stuttgart')).toEqual(none);
    await revoke(mandate.mandateId);
    expect((await give({ until: '2020-01-01' })).status).toBe(400);
    expect((await give({ region: '08115' })).status).toBe(403);
    expect((await give({ region: '081155003021' })).status).toBe(403);
  });

  test('P4 a mandate is never changed or deleted, and revoked once', async () => {
    for (const change of [`set region = '08111'`, `set client = 'x'`, `set valid_until = '2999-12-31'`])
      await expect(db.query(`update mandate ${change}`)).rejects.toThrow(/only revoked/);
    await expect(db.query('delete from mandate')).rejects.toThrow(/only revoked/);
  });
});
