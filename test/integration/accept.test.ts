import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Accept, openAccept } from '#pipeline/accept.js';
import type { Given } from '#store/accept.js';
import { type Database, openDatabase } from '#store/database.js';
import type { Acceptance } from '#submission/submission.js';
import { newTrace } from '#telemetry/trace.js';
import { createTestDatabase, type TestResource, testKeys } from '../kit/services.js';

let lent: TestResource;
let stores: Database[];
let gateways: Accept[];
const others = { relay: { wake() {} } };

beforeAll(async () => {
  lent = await createTestDatabase();
  const options = { max: 4, keys: testKeys };
  stores = [await openDatabase(lent.url, options), await openDatabase(lent.url, options)];
  gateways = stores.map((db) => openAccept({ db, ...others }));
}, 30_000);

afterAll(async () => {
  await Promise.all(stores.map((db) => db.close()));
  await lent.drop();
});

/** One request: at which gateway, under which of few keys, with which content, and whether the store takes it. */
interface Request {
  gateway: 0 | 1;
  key: number | undefined;
  content: number;
  bad: boolean;
  town: number;
  file: boolean;
}

const requests = fc.array(
  fc.record<Request>({
    gateway: fc.constantFrom(0, 1),
    key: fc.option(fc.nat(3), { nil: undefined }),
    content: fc.nat(1),
    bad: fc.boolean(),
    town: fc.nat(5),
    file: fc.boolean(),
  }),
  { minLength: 1, maxLength: 24 },
);

function given({ key, content, bad, town, file }: Request, run: string): Given {
  const bytes = Buffer.from('%PDF');
  return {
    submission: {
      channel: 'service-bw',
      leistung: '99089017152000',
      ars: `08111000000${town}`,
      processVersion: '1',
      schema: { id: 'S1', version: '1' },
      metadata: {},
      ...(bad && { formId: 'a\0b' }), // no text of PostgreSQL
      data: { text: `content ${content}` },
      attachments: file
        ? [{ attachmentId: randomUUID(), filename: 'a.pdf', mimetype: 'application/pdf', bytes, sha256: '' }]
        : [],
      steps: [{ name: 'zustellung', title: 'Zustellung', kind: 'fachverfahren', adapter: 'rest', optional: false }],
    },
    sender: {
      client: 'service-bw',
      ...(key !== undefined && { idempotencyKey: `${run}-${key}` }),
      contentHash: `${content}${bad}`,
      traceparent: newTrace(),
    },
  };
}

const refused = 'refused by the store';
type Answer = Acceptance | typeof refused;

/**
 * What one by one would give, in any order of arrival: a bad row fails; of a key's good requests one is accepted; the
 * others are answered like it, as misuse, or as twins.
 */
function judge(asked: Request[], answers: Answer[]): void {
  const accepted = new Map<number, { content: number; submissionId: string }>();
  for (const [n, answer] of answers.entries()) {
    const { key, content, bad } = asked[n]!;
    if (answer !== refused && answer.kind === 'accepted' && !answer.replayed) {
      expect(bad).toBe(false);
      if (key === undefined) continue;
      expect(accepted.has(key)).toBe(false);
      accepted.set(key, { content, submissionId: answer.submissionId });
    }
  }
  for (const [n, answer] of answers.entries()) {
    const { key, content, bad } = asked[n]!;
    const first = key === undefined ? undefined : accepted.get(key);
    if (answer === refused) expect(bad).toBe(true);
    else if (answer.kind === 'mismatch') expect(first && (first.content !== content || bad)).toBe(true);
    else if (answer.kind === 'twin') expect(key).toBeDefined();
    else {
      expect(answer.kind).toBe('accepted');
      if (answer.kind === 'accepted' && answer.replayed)
        expect(first).toEqual({ content, submissionId: answer.submissionId });
    }
    if (key === undefined) expect(answer === refused).toBe(bad);
  }
}

test('P1 any mix of twins, misused keys and bad rows at two gateways is answered as one by one', async () => {
  await fc.assert(
    fc.asyncProperty(requests, async (asked) => {
      const run = randomUUID();
      const before = await counted();
      const answers = await Promise.all(
        asked.map((request) => gateways[request.gateway]!(given(request, run)).catch((): Answer => refused)),
      );
      judge(asked, answers);
      const stored = answers.filter((answer) => answer !== refused && answer.kind === 'accepted' && !answer.replayed);
      expect((await counted()) - before).toBe(stored.length);
    }),
    { numRuns: 60 },
  );
}, 30_000);

/** Submissions, each with its task, its form and its event. */
async function counted(): Promise<number> {
  const { rows } = await stores[0]!.query<{ n: number; whole: boolean }>(
    `select (select count(*) from submission)::int as n,
       (select count(*) from submission) = (select count(*) from task)
       and (select count(*) from task) = (select count(*) from event)
       and (select count(*) * 2 from task) = (select count(*) from payload)
       and (select count(*) from task) = (select count(*) from submission_key)
       and (select count(*) from attachment) = (select count(*) from attachment_chunk) as whole`,
  );
  expect(rows[0]!.whole).toBe(true);
  return rows[0]!.n;
}

test('P1 a look-up that fails concerns nobody else of its group', async () => {
  const request: Request = { gateway: 0, key: 1, content: 1, bad: false, town: 1, file: false };
  const run = randomUUID();
  expect(await gateways[0]!(given(request, run))).toMatchObject({ kind: 'accepted' });
  const db = stores[0]!;
  const failing: Database = {
    ...db,
    run: (text, values, name) =>
      text.includes('idempotency.content_hash') ? Promise.reject(new Error('no')) : db.run(text, values, name),
  };
  const accept = openAccept({ db: failing, ...others });
  const before = await counted();
  const beside = [1, 2].map(() => accept(given({ ...request, key: undefined }, run)));
  const answers = await Promise.all([accept(given(request, run)), ...beside]);
  expect(answers.map(({ kind }) => kind)).toEqual(['unavailable', 'accepted', 'accepted']);
  expect((await counted()) - before).toBe(2);
});

test('what arrives together is one statement', async () => {
  const statements: string[] = [];
  const db = stores[0]!;
  const counting: Database = {
    ...db,
    run(text, values, name) {
      statements.push(name ?? '');
      return db.run(text, values, name);
    },
  };
  const accept = openAccept({ db: counting, ...others });
  const request: Request = { gateway: 0, key: undefined, content: 1, bad: false, town: 1, file: true };
  const answers = await Promise.all(Array.from({ length: 40 }, () => accept(given(request, randomUUID()))));
  expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['accepted']));
  expect(statements.filter((name) => name === 'accept_submissions').length).toBeLessThanOrEqual(3);
});
