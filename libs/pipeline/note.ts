import { entryIdOf } from '#access-log/access-log.js';
import { personsIn } from '#access-log/person.js';
import type { Entry, EntryOutcome } from '#store/access-log.js';
import { type ClaimedTask, lastLookup } from '#store/tasks.js';
import { grouped } from './grouped.js';
import type { Result } from './judge.js';
import { type Resolved, stepOf, type Unresolved } from './resolve.js';
import type { Worker } from './worker.js';

/** The access log's part in the way: no lookup without its entry. */
export interface Noter {
  /** Before a register is asked. Without an entry it is not asked now: the result is then `later`. */
  before(task: ClaimedTask, resolved: Resolved): Promise<Resolved | Unresolved>;
  /** What came of it, also of one that was answered later. */
  after(task: ClaimedTask, result: Result): Promise<void>;
}

export function noter(worker: Worker): Noter {
  const { accessLog, db, log } = worker;
  const write = grouped(async (entries: Entry[]) => {
    await accessLog.write(entries);
    return entries;
  });
  const tell = grouped(async (outcomes: EntryOutcome[]) => {
    await accessLog.writeOutcomes(outcomes);
    return outcomes;
  });

  return {
    async before(task, resolved) {
      if (resolved.question.call !== 'lookup') return resolved;
      try {
        await write(entryOf(worker, task, resolved));
        return resolved;
      } catch (error) {
        log('the access log takes no entry', { taskId: task.taskId, submissionId: task.submissionId, error });
        const reason = { public: 'Das Zugriffsprotokoll nimmt nichts auf; ohne Eintrag wird nichts abgerufen.' };
        return { kind: 'later', reason, ran: resolved.ran };
      }
    },
    async after({ taskId, submissionId, kind, next, attempt }, result) {
      if (kind !== 'register' || (next === 'status' && result.kind === 'pending')) return;
      try {
        const asked = next === 'lookup' ? attempt : await lastLookup(db, taskId);
        if (asked) await tell({ entryId: entryIdOf(taskId, asked), at: db.now(), outcome: result.kind });
      } catch (error) {
        log('the access log takes no outcome', { taskId, submissionId, error });
      }
    },
  };
}

function entryOf(worker: Worker, task: ClaimedTask, { adapter }: Resolved): Entry {
  const { pseudonyms } = worker.accessLog;
  const { process, step } = stepOf(worker, task);
  if (step.kind !== 'register') throw new Error(`${step.name} is no register step`);
  const { attributes, purpose, legalBasis } = step;
  const { leistung, submissionId, caseId, ars, data, handle } = task;
  return {
    entryId: entryIdOf(task.taskId, task.attempt),
    at: worker.db.now(),
    kind: 'lookup',
    ...{ actor: worker.name, authority: ars, leistung, submissionId, caseId, attributes, purpose, legalBasis },
    adapter: adapter.manifest.id,
    source: adapter.manifest.title,
    persons: [
      ...personsIn(data, process.person).map(pseudonyms.ofIdentity),
      ...(handle ? [pseudonyms.ofHandle(handle)] : []),
    ],
  };
}
