import type { Reply } from '#adapters/contract.js';
import { insertReply } from '#store/replies.js';
import { documentOf, type NewReply, type ReplyReceipt } from '#submission/reply.js';
import { type Result, unrecordable } from './judge.js';
import { Unrecordable, untilLeaseEnds } from './lease.js';
import type { ClaimedTask, Worker } from './worker.js';

/**
 * Stores the target's replies before the attempt is recorded: a worker that dies in between asks again, and hears the
 * same replies. The result goes on with those that are new. `kept`: ids of all that the target may forget, never one of
 * which something was left out. Where the store refuses one, the result is `unrecordable`, and none is forgotten.
 */
export async function keepReplies(
  worker: Worker,
  task: ClaimedTask,
  result: Result,
): Promise<{ result: Result; kept: string[] }> {
  if (!('replies' in result) || !result.replies?.length) return { result, kept: [] };
  const news: Reply[] = [];
  const kept: string[] = [];
  try {
    for (const reply of result.replies) {
      const { receipt, cut } = await keep(worker, task, reply);
      if (receipt === 'stored') news.push(reply);
      if (receipt !== 'gone' && cut === 0) kept.push(reply.id);
    }
  } catch (error) {
    if (!(error instanceof Unrecordable)) throw error;
    return { result: unrecordable(result.kind), kept: [] };
  }
  return { result: { ...result, replies: news }, kept };
}

async function keep(
  worker: Worker,
  task: ClaimedTask,
  given: Reply,
): Promise<{ receipt: ReplyReceipt['kind']; cut: number }> {
  const { taskId, submissionId, attempt } = task;
  const { reply, cut } = withinLimits(worker, given);
  const from = { taskId, attempt, actor: 'worker', cut };
  const receipt = await untilLeaseEnds(worker, task, () => insertReply(worker.db, reply, from));
  if (receipt.kind === 'mismatch')
    worker.log('a reply came again with another content', { taskId, submissionId, adapter: task.adapter });
  return { receipt: receipt.kind, cut };
}

/** Documents beyond the limits are left out, visibly. */
function withinLimits({ settings }: Worker, given: Reply): { reply: NewReply; cut: number } {
  const { id, status, text, at, documents } = given;
  const fitting = documents
    .filter(({ bytes }) => bytes.byteLength <= settings.LIMIT_FILE)
    .slice(0, settings.LIMIT_FILES);
  const reply: NewReply = {
    externalId: id,
    status,
    ...(text !== undefined && { text }),
    at: new Date(at),
    documents: fitting.map(documentOf),
  };
  return { reply, cut: documents.length - fitting.length };
}
