import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readBacklog, readCondition } from '#store/condition.js';
import { type Database, openDatabase } from '#store/database.js';
import { readStatements, type WrittenStatement } from '#store/statement.js';
import { seedMany } from '../kit/seeds.js';
import { createTestDatabase, type TestResource } from '../kit/services.js';

/** A node of PostgreSQL's plan. */
interface Node {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Node[];
}

const lanes = 20;
const most = 100;
let lent: TestResource;
let db: Database;

beforeAll(async () => {
  lent = await createTestDatabase();
  db = await openDatabase(lent.url, { max: 2 });
  await seedMany(db, 4_000);
  await db.query(
    `update task
     set state = (array['queued', 'waiting', 'waiting', 'dead'])[1 + mod(extract(epoch from created_at)::int, 4)],
       due_at = created_at`,
  );
  const first = `select task_id from task where state in ('queued', 'waiting') and adapter = 'failing'`;
  await db.query(`update task set next = 'status' where task_id = (${first} order by due_at limit 1)`);
  await db.query(`update lane set state = 'closed', why = 'down', closed_at = $1 where adapter = 'echo'`, [db.now()]);
  await db.query('vacuum analyze task');
}, 60_000);
afterAll(async () => {
  await db.close();
  await lent.drop();
});

test.each([
  ['condition.sql', 'count_open_tasks'],
  ['condition.sql', 'most_urgent_task'],
  ['sweep.sql', 'backlog'],
])('%s, %s reads no more tasks than it counts, however many wait', async (file, name) => {
  const scans = await scansOf(readStatements(file).find((statement) => statement.name === name)!);
  expect(scans.map((node) => node['Node Type'])).not.toContain('Seq Scan');
  const read = (node: Node) => (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
  expect(scans.reduce((sum, node) => sum + read(node), 0)).toBeLessThanOrEqual(2 * most + lanes);
});

test('doctor and metrics count what is there', async () => {
  const { tasks, lanes: counted, oldest } = await readCondition(db, 64);
  expect(tasks).toEqual({ queued: 1_000, waiting: 2_000, running: 0, dead: 1_000 });
  expect(counted).toMatchObject({ open: 10, closedCount: 10 });
  const { rows } = await db.query(
    `select task_id from task
     where state in ('queued', 'waiting') and adapter = 'failing' and next <> 'status'
     order by due_at limit 1`,
  );
  expect(oldest?.taskId).toBe(rows[0]!['task_id']);
  expect(await readBacklog(db, 64)).toMatchObject({ lanesOpen: 10, lanesClosed: 10, deadLetters: 1_000, notices: 0 });
});

/** Every node that reads tasks. */
async function scansOf({ text, parameters }: WrittenStatement): Promise<Node[]> {
  const values = parameters.map(({ name }) => (name === 'now' ? db.now() : most));
  const { rows } = await db.query(`explain (analyze, format json) ${text}`, values);
  const nodes = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodes)];
  return nodes(rows[0]!['QUERY PLAN'][0].Plan).filter((node) => node['Relation Name'] === 'task');
}
