import type { Reply } from '#adapters/contract.js';
import { insertReply } from '#store/replies.js';
import type { ClaimedTask } from '#store/tasks.js';
import { documentOf, type NewReply, type ReplyReceipt } from '#submission/reply.js';
import type { Result } from './judge.js';
import { untilLeaseEnds } from './lease.js';
import type { Worker } from './worker.js';

/**
 * Keeps what the target said before the attempt is recorded: a worker that dies in between asks again, and hears the same replies. The result goes on with
 * those that are new; `kept` are the ids of all that the target may forget: never one of which something was left out.
 */
export async function keepReplies(
  worker: Worker,
  task: ClaimedTask,
  result: Result,
): Promise<{ result: Result; kept: string[] }> {
  if (!('replies' in result) || !result.replies?.length) return { result, kept: [] };
  const news: Reply[] = [];
  const kept: string[] = [];
  for (const reply of result.replies) {
    const { became, cut } = await keep(worker, task, reply);
    if (became === 'stored') news.push(reply);
    if (became !== 'gone' && cut === 0) kept.push(reply.id);
  }
  return { result: { ...result, replies: news }, kept };
}

async function keep(
  worker: Worker,
  task: ClaimedTask,
  reply: Reply,
): Promise<{ became: ReplyReceipt['kind']; cut: number }> {
  const { taskId, submissionId, attempt } = task;
  const { kept, cut } = within(worker, reply);
  const receipt = await untilLeaseEnds(worker, task, () =>
    insertReply(worker.db, kept, { taskId, attempt, actor: 'worker', cut }),
  );
  if (receipt && receipt.kind === 'mismatch')
    worker.log('a reply came again with another content', { taskId, submissionId, adapter: task.adapter });
  return { became: receipt ? receipt.kind : 'gone', cut };
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
