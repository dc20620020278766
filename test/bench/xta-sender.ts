import { createHash } from 'node:crypto';
import type { Attachment } from '#adapters/contract.js';
import { adapter } from '#adapters/xta/adapter.js';
import type { Json } from '#submission/vocabulary.js';
import { delivery } from '../contract/samples.js';
import { Trial } from '../contract/trial.js';

/** As the store keeps it: in pieces. */
const piece = Buffer.alloc(256 * 1024, 'ä');

function plan(size: number): Attachment {
  const hash = createHash('sha256');
  for (let at = 0; at < size; at += piece.length) hash.update(piece.subarray(0, Math.min(piece.length, size - at)));
  return {
    attachmentId: crypto.randomUUID(),
    filename: 'Plan.pdf',
    mimetype: 'application/pdf',
    size,
    sha256: hash.digest('hex'),
    content: async () => Promise.reject(new Error('it is to be sent in pieces')),
    async *chunks() {
      for (let at = 0; at < size; at += piece.length)
        yield Buffer.from(piece.subarray(0, Math.min(piece.length, size - at)));
    },
  };
}

async function send(values: Record<string, Json>, size: number): Promise<void> {
  const trial = new Trial(adapter, values);
  const question = delivery({ format: 'xml', message: { antrag: { a: 1 } }, attachments: [plan(size)] });
  const answer = await trial.attempt({}, { call: 'deliver', delivery: question });
  if (answer.kind !== 'delivered') throw new Error(`it ended as ${answer.kind}`);
}

process.once('message', async ({ values, size }: { values: Record<string, Json>; size: number }) => {
  for (let n = 0; n < 5; n++) await send(values, 1024 * 1024); // compiled, connected
  const before = process.resourceUsage().maxRSS;
  await send(values, size);
  process.send!({ grown: (process.resourceUsage().maxRSS - before) * 1024 });
  process.disconnect();
});
