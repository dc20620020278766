import type { Command } from 'commander';
import type { SubmissionView } from '#store/submissions.js';
import { replyTitles } from '#submission/reply.js';
import type { Api } from './operator.js';
import { blocks, facts, place, show, table, time } from './show.js';
import { word } from './words.js';

export function registerSubmissions(program: Command, api: () => Api): void {
  program
    .command('submissions')
    .description('Anträge: ihr Stand, nie ihr Inhalt')
    .command('show <antrag>')
    .description('Stand, Aufgaben und Ereignisse eines Antrags')
    .option('--json', 'als JSON')
    .action(async (submissionId: string, options) =>
      show(await api().get(`submissions/${encodeURIComponent(submissionId)}`), options, submission),
    );
}

function submission(view: SubmissionView): string {
  const about = facts([
    ['Antrag', view.submissionId],
    ['Vorgang', view.caseId],
    ['Stand', `${word(view.state)}${view.attention ? '; jemand muss sich kümmern' : ''}`],
    ['Gemeinde', place(view.ars)],
    ['Leistung', view.leistung],
    ['eingegangen', `${time(view.receivedAt)} von ${view.client}`],
  ]);
  const tasks = view.tasks.map((task) => [
    task.taskId,
    task.step,
    task.adapter,
    word(task.state),
    task.attempts,
    word(task.outcome),
    time(task.dueAt),
  ]);
  const replies = view.replies.map((reply) => [
    time(reply.at),
    time(reply.receivedAt),
    replyTitles[reply.status],
    reply.documents,
  ]);
  const events = view.events.map((event) => [time(event.at), event.text]);
  return blocks(
    about,
    table(['Aufgabe', 'Schritt', 'Adapter', 'Stand', 'Versuche', 'Ausgang', 'fällig'], tasks),
    replies.length ? table(['Antwort vom', 'eingegangen', 'Stand', 'Dokumente'], replies) : '',
    table(['Zeit', 'Ereignis'], events),
  );
}
