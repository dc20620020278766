import { bind } from '#adapter-host/bind.js';
import { type Attempt, render } from '#adapter-host/call.js';
import { bare } from '#adapter-host/surroundings.js';
import type { Artifact } from '#adapters/contract.js';
import { Unwritable } from '#adapters/tools/formats.js';
import { resolve, type Sources } from '#pipeline/resolve.js';
import { ProgramError } from '#processes/program.js';
import { readTask } from '#store/tasks.js';

/** What a task would send, or a German sentence why that cannot be said. */
export type Preview = { artifacts: Artifact[] } | { reason: string };

/** The bytes that a delivery of this task would send now, with the parameters of now; nothing is sent. What an earlier attempt has sealed goes out as it was. */
export async function preview(sources: Sources, taskId: string): Promise<Preview> {
  const { db, adapters } = sources;
  const task = await readTask(db, taskId);
  if (task?.kind !== 'fachverfahren') return { reason: 'Nur Zustellungen lassen sich zeigen.' };
  if (!adapters.has(task.adapter)) return { reason: `Den Adapter „${task.adapter}“ gibt es hier nicht.` };
  const now = { ...task, next: 'deliver' as const, doubtAttempt: null, parametersAsRan: null };
  try {
    const resolved = await resolve(sources, now);
    if (!('question' in resolved)) return { reason: whyNot(resolved) };
    const { adapter, values, question } = resolved;
    if (question.call !== 'deliver') return { reason: 'Nur Zustellungen lassen sich zeigen.' };
    const bound = bind(adapter, values);
    if ('message' in bound) return { reason: `${bound.parameter}: ${bound.message}` };
    const artifacts = await render(silent(adapter, values, now, db.now), question.delivery);
    return artifacts ? { artifacts } : { reason: 'Dieser Adapter kann nicht zeigen, was er sendet.' };
  } catch (error) {
    if (error instanceof ProgramError || error instanceof Unwritable) return { reason: error.message };
    throw error;
  }
}

function whyNot(resolved: Exclude<Awaited<ReturnType<typeof resolve>>, { question: unknown }>): string {
  if (resolved.kind === 'rejected') return resolved.reasons[0]!.public;
  if (!('reason' in resolved)) return 'Diese Aufgabe lässt sich nicht vorbereiten.';
  const { public: text } = resolved.reason;
  return resolved.kind === 'misconfigured' ? `${resolved.parameter}: ${text}` : text;
}

/** An attempt that reaches nobody and keeps nothing. */
function silent(
  adapter: Attempt['adapter'],
  values: Attempt['values'],
  { taskId, attempt, traceparent }: { taskId: string; attempt: number; traceparent: string },
  now: () => Date,
): Attempt {
  return {
    ...{ adapter, values, idempotencyKey: taskId, attempt, traceparent, now },
    ...bare,
    checkpoint: async () => {
      throw new Error('a preview keeps nothing');
    },
    log() {},
  };
}
