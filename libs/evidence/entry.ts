import type { UnsealedEntriesRow } from '#store/sql/seal.js';
import type { Json } from '#submission/vocabulary.js';

/** What of an event's data is in the log: numbers, ids, our own names, hashes. Never a text that came from outside. */
const sealed = new Set([
  ...['step', 'adapter', 'attempt', 'count', 'next', 'parameters', 'replayId', 'arrived', 'status', 'documents'],
  ...['client', 'news', 'content', 'sent', 'versionId', 'value'],
]);

/**
 * The bytes of an entry, whose hash is its leaf: JSON by RFC 8785 (members sorted, no blanks), from the row of an event
 * or an action and nothing else. What is null is left out. Texts of others (reasons) are not in it, so that erasing
 * them leaves the log as it is.
 */
export function entryBytes(row: Omit<UnsealedEntriesRow, 'tx' | 'goal'>): Buffer {
  const { entry, at, type, actor, submissionId, taskId, subject, data } = row;
  const kept = Object.entries(data).filter(([name]) => sealed.has(name)) as [string, Json][];
  return Buffer.from(
    canonical({
      [entry > 0 ? 'event' : 'action']: Math.abs(entry),
      actor,
      at: at.toISOString(),
      data: Object.fromEntries(kept),
      type,
      ...(submissionId !== null && { submission: submissionId }),
      ...(taskId !== null && { task: taskId }),
      ...(subject !== null && { subject }),
    }),
  );
}

function canonical(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(value[name]!)}`);
  return `{${members.join()}}`;
}
