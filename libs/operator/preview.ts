import { bind } from '#adapter-host/bind.js';
import { type Attempt, render } from '#adapter-host/call.js';
import { bare } from '#adapter-host/surroundings.js';
import type { Artifact } from '#adapters/contract.js';
import { Unwritable } from '#adapters/tools/formats.js';
import type { Sources } from '#pipeline/question.js';
import { resolve, type Unresolved } from '#pipeline/resolve.js';
import { ProgramError } from '#processes/program.js';
import { ContentUnreadable } from '#store/codec.js';
import { opened } from '#store/contents.js';
import { readTask } from '#store/sql/claim.js';
import { texts } from './texts.js';

/** What a task would send, or a German sentence why that cannot be said. */
export type Preview = { artifacts: Artifact[] } | { reason: string };

/**
 * The bytes that a delivery of this task would send now, with the parameters of now; nothing is sent. What an earlier
 * attempt has sealed is not looked at: the bytes are made anew.
 */
export async function preview(sources: Sources, taskId: string): Promise<Preview> {
  const { db, adapters } = sources;
  const task = await readTask(db, { taskId });
  if (task?.kind !== 'fachverfahren') return { reason: texts.onlyDeliveries };
  if (!adapters.has(task.adapter)) return { reason: texts.adapterAbsent(task.adapter) };
  const now = { ...opened(db, task), next: 'deliver' as const, doubtAttempt: null, parametersAsRan: null };
  try {
    const resolved = await resolve(sources, now);
    if (!('question' in resolved)) return { reason: whyNot(resolved) };
    const { adapter, values, question } = resolved;
    if (question.call !== 'deliver') return { reason: texts.onlyDeliveries };
    const bound = await bind(adapter, values);
    if ('message' in bound) return { reason: `${bound.parameter}: ${bound.message}` };
    const artifacts = await render(silentAttempt(adapter, values, now, db.now), question.delivery);
    return artifacts ? { artifacts } : { reason: texts.notShown };
  } catch (error) {
    if (error instanceof ContentUnreadable || error instanceof ProgramError || error instanceof Unwritable)
      return { reason: error.message };
    throw error;
  }
}

function whyNot(unresolved: Unresolved): string {
  if (unresolved.kind === 'rejected') return unresolved.reasons[0]!.public;
  if (!('reason' in unresolved)) return texts.notPrepared;
  const { public: text } = unresolved.reason;
  return unresolved.kind === 'misconfigured' ? `${unresolved.parameter}: ${text}` : text;
}

/** An attempt that reaches nobody and keeps nothing. */
function silentAttempt(
  adapter: Attempt['adapter'],
  values: Attempt['values'],
  { taskId, attempt, traceparent }: { taskId: string; attempt: number; traceparent: string },
  now: () => Date,
): Attempt {
  return {
    adapter,
    values,
    idempotencyKey: taskId,
    attempt,
    traceparent,
    now,
    ...bare,
    checkpoint: async () => {
      throw new Error('a preview keeps nothing');
    },
    log() {},
  };
}
