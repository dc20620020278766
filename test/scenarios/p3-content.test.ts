import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Outcome } from '#adapters/contract.js';
import { examineDatabase } from '#launch/doctor/database.js';
import { explain } from '#operator/explain.js';
import { preview } from '#operator/preview.js';
import { keyringOf } from '#parameters/keyring.js';
import { openAccept } from '#pipeline/accept.js';
import { attachmentChunks, readAttachment, readFiles } from '#store/attachments.js';
import { ContentUnreadable } from '#store/codec.js';
import { keyOf } from '#store/contents.js';
import { readReply } from '#store/replies.js';
import { documentOf } from '#submission/reply.js';
import type { PlannedStep } from '#submission/submission.js';
import { newTrace } from '#telemetry/trace.js';
import { everythingIn, foundIn } from '../kit/everything.js';
import { adapterOf, openWay, registerOf } from '../kit/way.js';

const [form, file, mailbox, answered, sent, said, enclosed] = [
  'Zebrafinkowski',
  'Kanarienvogelweg',
  'Wellensittich',
  'Zaunkoenigsberger',
  'Nachtigallenstieg',
  'Rotkehlchenhof',
  'Eisvogelmann',
] as const;
const canaries = [form, file, mailbox, answered, sent, said, enclosed];
/** Of the body that a portal posted: who guesses the body could compute it. */
const bodyHash = randomBytes(32).toString('hex');
const steps: PlannedStep[] = [
  { name: 'person', title: 'Person', kind: 'register', adapter: 'register', optional: false },
  { name: 'deliver', title: 'Zustellung', kind: 'fachverfahren', adapter: 'target', optional: false },
];

let way: Awaited<ReturnType<typeof openWay>>;
afterEach(() => way.close());

/** A target that keeps what it sends and answers later, with a reply; and a register. */
async function openBirds() {
  const seen: unknown[] = [];
  const pdf = Buffer.concat([randomBytes(300_000), Buffer.from(enclosed)]);
  const reply = {
    id: 'B-1',
    status: 'bescheid' as const,
    text: `Frau ${said}`,
    at: '2026-03-02T09:00:00Z',
    documents: [{ filename: 'Bescheid.pdf', mimetype: 'application/pdf', bytes: pdf }],
  };
  way = await openWay([
    adapterOf({
      async deliver(context, delivery): Promise<Outcome> {
        const files = await Promise.all(delivery.attachments.map(({ content }) => content()));
        seen.push(await context.checkpoint('send', { message: delivery.message, sent, files: files.length }));
        return { kind: 'pending', externalReference: 'AZ-1', askAgainAt: way.db.now() };
      },
      status: async () => ({ kind: 'delivered', externalReference: 'AZ-1', replies: [reply] }),
    }),
    registerOf(async () => ({ kind: 'found', source: 'Melderegister', attributes: { familienname: answered } })),
  ]);
  return { seen, pdf };
}

async function accept(): Promise<string> {
  const { db, worker } = way;
  const bytes = Buffer.concat([randomBytes(300_000), Buffer.from(file)]);
  const acceptance = await openAccept({ db, relay: worker.relay })({
    submission: {
      channel: 'service-bw',
      leistung: '99102013104000',
      ars: '081110000000',
      processVersion: '1',
      schema: { id: 'S1', version: '1' },
      metadata: { postfachHandleId: mailbox },
      data: { F1: form, F2: form, F3: '1970-01-01' },
      attachments: [
        documentOf({ filename: 'plan.pdf', mimetype: 'application/pdf', bytes }),
        documentOf({ filename: 'notiz.txt', mimetype: 'text/plain', bytes: Buffer.from(file) }),
      ],
      steps,
    },
    sender: { client: 'service-bw', idempotencyKey: randomUUID(), contentHash: bodyHash, traceparent: newTrace() },
  });
  if (acceptance.kind !== 'accepted') throw new Error(acceptance.kind);
  return acceptance.submissionId;
}

const why = (work: Promise<unknown>) =>
  work.then(
    () => 'readable',
    (error) => (error instanceof ContentUnreadable ? error.why : error),
  );
const drained = async (chunks: AsyncIterable<Uint8Array>) => {
  for await (const _ of chunks);
};

describe('P3 who has the database alone', () => {
  test('finds nothing of a form, file, register answer, delivery or reply; who has the keys, everything', async () => {
    const { seen, pdf } = await openBirds();
    const id = await accept();
    await way.live(2, 600_000);
    expect((await way.view(id))!.state).toBe('delivered');
    const everything = await everythingIn(way.db);
    expect(foundIn(everything, [...canaries, bodyHash])).toEqual([]);
    const plain = canaries.map((word, n) => Buffer.from(`x${'y'.repeat(n % 3)}${word}`));
    const forms = plain.map((bytes, n) => (n % 2 ? bytes.toString('base64') : bytes.toString('hex')));
    expect(foundIn(`${everything}${forms.join()}`.toLowerCase(), canaries)).toEqual(canaries); // it would be seen

    expect(seen).toEqual([{ message: expect.objectContaining({ data: expect.anything() }), sent, files: 2 }]);
    expect(JSON.stringify(seen)).toMatch(new RegExp(`${form}.*${answered}`));
    const [files = []] = await readFiles(way.db, [id]);
    const bytes = await Promise.all(files.map((one) => readAttachment(way.db, { submissionId: id, ...one })));
    for (const one of bytes) expect(Buffer.from(one!).includes(file)).toBe(true);
    const { replyId } = (await way.view(id))!.replies[0]!;
    const reply = (await readReply(way.db, 'service-bw', id, replyId))!;
    expect(reply.text).toContain(said);
    expect(pdf.equals((await readAttachment(way.db, { submissionId: id, ...reply.documents[0]! }))!)).toBe(true);
  });

  test('reads nothing of a submission whose key is deleted, also with the key of the operator', async () => {
    await openBirds();
    const [id, other] = [await accept(), await accept()];
    await way.live(2, 600_000);
    const task = await way.task(id);
    const { replyId } = (await way.view(id))!.replies[0]!;
    const [[attachment] = []] = await readFiles(way.db, [id]);
    const reply = (await readReply(way.db, 'service-bw', id, replyId))!;
    await way.db.query('delete from submission_key where submission_id = $1', [id]);

    expect(await why(keyOf(way.db, id))).toBe('erased');
    for (const one of [attachment!, reply.documents[0]!]) {
      expect(await why(readAttachment(way.db, { submissionId: id, ...one }))).toBe('erased');
      expect(await why(drained(attachmentChunks(way.db, { submissionId: id, ...one })))).toBe('erased');
    }
    expect((await readReply(way.db, 'service-bw', id, replyId))!.text).toBeNull();
    expect(await preview(way.worker, task['task_id'])).toEqual({ reason: expect.stringContaining('gelöscht') });
    const { rows } = await way.db.query(`select task_id from task where submission_id = $1 and kind = 'register'`, [
      id,
    ]);
    expect(await explain(way.db, rows[0]!['task_id'], way.numbers)).not.toHaveProperty('answer');

    const key = await keyOf(way.db, other);
    const contents = await way.db.query('select kind, name, content from payload where submission_id = $1', [id]);
    expect(contents.rows.map(({ kind }) => kind).sort()).toEqual(['data', 'metadata', 'register', 'reply', 'sent']);
    for (const { kind, name, content } of contents.rows)
      expect(() => key.open({ kind, name }, content)).toThrow(ContentUnreadable);
  });
});

describe('content that cannot be read', () => {
  test('because a key of the operator is missing waits for it, says so, and is then delivered', async () => {
    await openBirds();
    const id = await accept();
    const { keys } = way.db;
    way.db.keys = keyringOf(randomBytes(32));
    await way.round();
    expect(await way.task(id)).toMatchObject({ state: 'waiting', reason: expect.stringContaining('STELLWERK_KEY') });
    expect(await way.lane('register')).toMatchObject({ state: 'open', failures: 0 });
    const { findings } = await examineDatabase({ url: way.url, from: 'DATABASE_URL' }, 64);
    const said = {
      about: 'Schlüssel',
      state: 'fault',
      text: expect.stringMatching(/^eine Aufgabe wartet .*STELLWERK_KEY/),
    };
    expect(findings).toContainEqual(said);
    expect(await why(keyOf(way.db, id))).toBe('master-key');
    way.db.keys = keys;
    await way.live(3, 600_000);
    expect((await way.view(id))!.state).toBe('delivered');
  });

  test('because somebody put it in another place is not delivered as what it is not', async () => {
    await openBirds();
    const [one, two] = [await accept(), await accept()];
    await way.db.query(
      `update payload set content = other.content from payload other
       where payload.kind = 'data' and other.kind = 'data' and payload.submission_id <> other.submission_id`,
    );
    await way.round();
    for (const id of [one, two])
      expect(await way.task(id)).toMatchObject({ state: 'waiting', reason: expect.stringContaining('Platz') });
  });

  test('because chunks of a file were exchanged is not taken for the file', async () => {
    await openBirds();
    const id = await accept();
    const plan = (await readFiles(way.db, [id]))[0]!.find(({ filename }) => filename === 'plan.pdf')!;
    await way.db.query(
      `update attachment_chunk set bytes = other.bytes from attachment_chunk other
       where attachment_chunk.attachment_id = $1 and other.attachment_id = $1 and attachment_chunk.n = 1 - other.n`,
      [plan.attachmentId],
    );
    expect(await why(readAttachment(way.db, { submissionId: id, ...plan }))).toBe('changed');
  });
});
