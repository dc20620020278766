import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openAccessLog } from '#access-log/access-log.js';
import { root } from '#settings/root.js';
import { eventually } from '../kit/processes.js';
import { openProxy } from '../kit/proxy.js';
import { statement } from '../kit/statement.js';
import { openWorld } from '../kit/world.js';

const hundesteuer = '99102013104000';
const ars = '081110000000';
const erika = { familienname: 'Musterfrau', vornamen: 'Erika', geburtsdatum: '1984-05-12' };
const form = readFileSync(
  join(root, 'schemas/processes', hundesteuer, 'examples/valid-zwei-hunde-einwilligung.json'),
  'utf8',
);

let world: Awaited<ReturnType<typeof openWorld>>;
let store: Awaited<ReturnType<typeof openProxy>>;

beforeAll(async () => {
  world = await openWorld({
    through: (app, urls) => (app === 'worker' ? { ...urls, DATABASE_URL: store.url } : urls),
    async prepare({ DATABASE_URL }) {
      store = await openProxy(DATABASE_URL);
    },
  });
  await world.gateway.start();
  await world.worker.start('live');
  await world.console.start();
}, 120_000);

afterAll(async () => {
  await world.close();
  await store.close();
});

test('P1 a worker that dies between entry and lookup leaves the entry; the repeated lookup has its own', async () => {
  store.lay({
    marker: statement('add_access_log_entries'),
    direction: 'there',
    when: 'after',
    spring: () => void world.worker.kill(),
  });
  const answer = await world.post(hundesteuer, ars, form);
  expect(answer.status).toBe(202);
  const { submissionId } = (await answer.json()) as { submissionId: string };
  await eventually('the worker is dead', () => !store.armed());
  await world.worker.gone();
  const key = Buffer.from(world.environment.STELLWERK_KEY, 'base64');
  const accessLog = await openAccessLog({ db: world.db, keys: [key] });
  const entries = async () =>
    (
      await accessLog.of([accessLog.pseudonyms.ofIdentity(erika)], {
        before: { at: new Date(world.db.now().getTime() + 1_000), id: submissionId },
        regions: undefined,
        limit: 9,
      })
    ).map((entry) => ({ submissionId: entry.submissionId, outcome: entry.outcome }));
  expect(await entries()).toEqual([{ submissionId, outcome: undefined }]);
  await world.worker.start('live');
  expect(await world.allFinished(60)).toEqual({ done: 2 });
  expect(await entries()).toEqual([
    { submissionId, outcome: 'found' },
    { submissionId, outcome: undefined },
  ]);
}, 120_000);

test('the person asks, and is told; in the log there is nothing but pseudonyms', async () => {
  const answer = await fetch(`${world.console.url}/api/v1/access-log`, {
    headers: { authorization: `Bearer ${await world.bearer('buerger-erika')}` },
  });
  const { items } = (await answer.json()) as { items: { art: string; zweck: string; ergebnis?: string }[] };
  expect(items.map(({ art, ergebnis }) => [art, ergebnis])).toEqual([
    ['Abruf', 'Auskunft erteilt'],
    ['Abruf', undefined],
  ]);
  const { rows } = await world.db.query(
    `select (select json_agg(e) from access_log.entry e)::text || (select json_agg(p)
      from access_log.person p)::text as everything`,
  );
  for (const value of [...Object.values(erika), 'Beispielweg', 'beispiel-postfach'])
    expect(rows[0]!['everything']).not.toContain(value);
  expect(world.worker.output).not.toContain('Musterfrau');
});
