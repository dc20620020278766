import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { openRoutes } from '#access/guard.js';
import type { Role } from '#access/rights.js';
import { type Database, openDatabase } from '#store/database.js';
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
  kreis: string;
  taskId: string;
  submissionId: string;
  lane: string;
}

/** `own`: only in its own regions; `-`: nowhere. */
interface Row {
  path: (target: Target) => string;
  body?: unknown;
  portal: 'all' | '-';
  municipality: 'own' | 'all' | '-';
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
const readers = { portal: '-', municipality: 'own', operator: 'all', auditor: 'all' } as const;
const lists = { ...readers, municipality: 'all' } as const;
const operators = { portal: '-', municipality: '-', operator: 'all', auditor: '-' } as const;
const portals = { portal: '-', municipality: '-', operator: '-', auditor: '-' } as const;
const operatorAndAuditor = { ...operators, auditor: 'all' } as const;
const task = (verb: string) => (target: Target) => `/api/v1/dead-letters/${target.taskId}${verb}`;
const parameter = ({ kreis }: Target) => `/api/v1/parameters/${kreis}/*/rest.baseUrl`;
const schema = (verb: string) => () => `/api/v1/schemas/S99999000001/1.0.0${verb}`;
const job = (verb: string) => () => `/api/v1/replays/${randomUUID()}${verb}`;

/** Every route, and who gets through to it. A list answers municipalities with their own regions only. */
const consoleTable: Record<string, Row> = {
  'GET /api/v1/parameters/effective': {
    ...readers,
    path: ({ ars }) => `/api/v1/parameters/effective?ars=${ars}&leistung=${hundesteuer}`,
  },
  'GET /api/v1/parameters/missing': { ...readers, path: ({ kreis }) => `/api/v1/parameters/missing?region=${kreis}` },
  'GET /api/v1/parameters/definitions': { ...lists, path: () => '/api/v1/parameters/definitions' },
  'GET /api/v1/parameters/:region/:leistung/:name': { ...readers, path: parameter },
  'PUT /api/v1/parameters/:region/:leistung/:name': {
    ...operators,
    municipality: 'own',
    operator: '-',
    path: parameter,
    body: { value: 'https://a.example.de', reason },
  },
  'DELETE /api/v1/parameters/:region/:leistung/:name': {
    ...operators,
    municipality: 'own',
    operator: '-',
    path: parameter,
  },
  'POST /api/v1/adapters/:name/check': {
    ...operators,
    municipality: 'own',
    path: ({ ars }) => `/api/v1/adapters/echo/check?ars=${ars}&leistung=${hundesteuer}`,
  },
  'GET /api/v1/submissions/:submissionId': {
    ...readers,
    path: ({ submissionId }) => `/api/v1/submissions/${submissionId}`,
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
  'GET /api/v1/pending/:lane': { ...readers, path: ({ lane }) => `/api/v1/pending/${lane}` },
  'GET /api/v1/lanes': { ...lists, path: () => '/api/v1/lanes' },
  'GET /api/v1/lanes/:lane': { ...readers, path: ({ lane }) => `/api/v1/lanes/${lane}` },
  'POST /api/v1/lanes/:lane/probe': {
    ...operators,
    path: ({ lane }) => `/api/v1/lanes/${lane}/probe`,
    body: { reason },
  },
  'POST /api/v1/access-log/person': {
    ...lists,
    portal: 'all',
    operator: '-',
    path: () => '/api/v1/access-log/person',
    body: { postfachHandleId: 'p-1' },
  },
  'GET /api/v1/access-log': {
    ...lists,
    operator: '-',
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
    ...readers,
    hidden: true,
    path: ({ submissionId }) => `/service-bw/v1/submissions/${submissionId}`,
  },
  'GET /service-bw/v1/submissions/:submissionId/replies/:replyId': {
    ...portals,
    hidden: true,
    path: ({ submissionId }) => `/service-bw/v1/submissions/${submissionId}/replies/${randomUUID()}`,
  },
  'GET /service-bw/v1/submissions/:submissionId/replies/:replyId/documents/:n': {
    ...portals,
    hidden: true,
    path: ({ submissionId }) => `/service-bw/v1/submissions/${submissionId}/replies/${randomUUID()}/documents/1`,
  },
  'PUT /service-bw/v1/callback': {
    ...portals,
    portal: 'all',
    path: () => '/service-bw/v1/callback',
    body: { url: 'https://portal.example.de/neues', secret: 'x'.repeat(32) },
  },
  'GET /service-bw/v1/callback': { ...portals, portal: 'all', path: () => '/service-bw/v1/callback' },
  'POST /service-bw/v1/callback/test': { ...portals, portal: 'all', path: () => '/service-bw/v1/callback/test' },
  'DELETE /service-bw/v1/callback': { ...portals, portal: 'all', path: () => '/service-bw/v1/callback' },
  'POST /fachverfahren/v1/submissions/:submissionId/replies': {
    ...portals,
    fachverfahren: 'own',
    hidden: true,
    path: ({ submissionId }) => `/fachverfahren/v1/submissions/${submissionId}/replies`,
    body: {},
  },
  'GET /service-bw/v1/processes/:leistung': {
    ...readers,
    portal: 'all',
    path: ({ ars }) => `/service-bw/v1/processes/${hundesteuer}?ars=${ars}`,
  },
};

const clients: Record<Client, { role: Role; home?: Place }> = {
  'service-bw': { role: 'portal' },
  'stadt-stuttgart': { role: 'municipality', home: 'stuttgart' },
  'landkreis-boeblingen': { role: 'municipality', home: 'boeblingen' },
  'land-bw': { role: 'municipality' },
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
  return { ars, kreis: ars.slice(0, 5), ...seeded };
}

const everything = async () => {
  const tables = [
    'parameter',
    'parameter_revision',
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

const send = ({ ask }: Opened, client: Client | undefined, route: string, { path, body }: Row, target: Target) =>
  ask(client, route.split(' ')[0]!, path(target), {
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: { 'if-match': '*', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
  });

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
          const allowed = row[role] === 'all' || (row[role] === 'own' && (home === undefined || home === place));
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
