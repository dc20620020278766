import type { Reply } from '#adapters/contract.js';
import { insertReply } from '#store/replies.js';
import type { ClaimedTask } from '#store/tasks.js';
import { documentOf, type NewReply } from '#submission/reply.js';
import { untilLeaseEnds } from './record.js';
import type { Result } from './verdict.js';
import type { Worker } from './worker.js';

/**
 * Keeps what the target said before the attempt is recorded: a worker that dies in between asks again, and hears the same replies. The result goes on with
 * those that are new.
 */
export async function keepReplies(worker: Worker, task: ClaimedTask, result: Result): Promise<Result> {
  if (!('replies' in result) || !result.replies?.length) return result;
  const news: Reply[] = [];
  for (const reply of result.replies) if (await keep(worker, task, reply)) news.push(reply);
  return { ...result, replies: news };
}

/** True for a new one. */
async function keep(worker: Worker, task: ClaimedTask, reply: Reply): Promise<boolean> {
  const { taskId, submissionId, attempt } = task;
  const { kept, cut } = within(worker, reply);
  const receipt = await untilLeaseEnds(worker, task, () =>
    insertReply(worker.db, kept, { taskId, attempt, actor: 'worker', cut }),
  );
  if (receipt && receipt.kind === 'mismatch')
    worker.log('a reply came again with another content', { taskId, submissionId, adapter: task.adapter });
  return receipt !== false && receipt.kind === 'stored';
}

/** Documents beyond the limits are left out, visibly. */
function within({ settings }: Worker, { id, status, text, at, documents }: Reply): { kept: NewReply; cut: number } {
  const fitting = documents
    .filter(({ bytes }) => bytes.byteLength <= settings.LIMIT_FILE)
    .slice(0, settings.LIMIT_FILES);
  return {
    kept: {
      externalId: id,
      status,
      ...(text !== undefined && { text }),
      at: new Date(at),
      documents: fitting.map(documentOf),
    },
    cut: documents.length - fitting.length,
  };
}
