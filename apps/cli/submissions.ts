import type { Command } from 'commander';
import type { SubmissionView } from '#store/submissions.js';
import { replyTitles } from '#submission/events.js';
import type { Api } from './api.js';
import { blocks, facts, place, show, table, time } from './show.js';
import { word } from './words.js';

export function registerSubmissions(program: Command, api: () => Api): void {
  const group = program.command('submissions').description('Anträge: ihr Stand, und mit Grund, was gesendet wird');

  group
    .command('show <antrag>')
    .description('Stand, Aufgaben und Ereignisse eines Antrags')
    .option('--json', 'als JSON')
    .action(async (submissionId: string, options) =>
      show(await api().get(`submissions/${encodeURIComponent(submissionId)}`), options, submission),
    );

  group
    .command('render <aufgabe>')
    .description('was eine Zustellung jetzt senden würde; dass jemand es ansieht, wird festgehalten')
    .requiredOption('--reason <text>', 'warum; ohne Angaben zur Person')
    .option('--json', 'als JSON')
    .action(async (taskId: string, { reason, ...options }) =>
      show(await api().post<Rendered>(`tasks/${encodeURIComponent(taskId)}/render`, { reason }), options, rendered),
    );
}

interface Rendered {
  artifacts: { name: string; mimetype: string; size: number; text?: string }[];
}

const rendered = ({ artifacts }: Rendered) =>
  blocks(
    ...artifacts.map(
      ({ name, mimetype, size, text }) => `${name} (${mimetype}, ${size} Bytes)${text ? `\n${text}` : ''}`,
    ),
  );

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
