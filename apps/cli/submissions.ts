import type { Command } from 'commander';
import type { FoundSubmissions } from '#operator/find-person.js';
import type { SubmissionView } from '#store/submissions.js';
import { replyTitles } from '#submission/events.js';
import type { Api } from './api.js';
import type { JsonOption } from './options.js';
import { blocks, facts, show, table } from './show.js';
import { texts } from './texts.js';
import { region, time, word } from './values.js';

/** `stellwerk submissions …`. */
export function registerSubmissions(program: Command, api: Api): void {
  const group = program.command('submissions').description('Anträge: ihr Stand, und mit Grund, was gesendet wird');

  group
    .command('show <antrag>')
    .description('Stand, Aufgaben und Ereignisse eines Antrags, nach seiner Nummer oder Kennung')
    .option('--json', 'als JSON')
    .action(async (submissionId: string, options: JsonOption) =>
      show(await api.get<SubmissionView>(`submissions/${encodeURIComponent(submissionId)}`), options, submission),
    );

  group
    .command('find')
    .description('die Anträge einer Person in der eigenen Gemeinde; die Frage steht in ihrem Zugriffsprotokoll')
    .option('--familienname <name>', 'wie im Antrag, mit Vornamen und Geburtsdatum')
    .option('--vornamen <namen>')
    .option('--geburtsdatum <tag>', 'JJJJ-MM-TT')
    .option('--postfach <id>', 'oder ihr Postfach (postfachHandleId)')
    .requiredOption('--reason <text>', 'warum, etwa ein Aktenzeichen; ohne Angaben zur Person')
    .option('--json', 'als JSON')
    .action(async ({ json, postfach, ...person }: JsonOption & Record<string, string>) => {
      const { reason, ...identity } = person;
      const asked = postfach ? { postfachHandleId: postfach, reason } : { ...identity, reason };
      show(await api.post<FoundSubmissions>('submissions/find', asked), { json }, found);
    });

  group
    .command('render <aufgabe>')
    .description(
      'was eine Zustellung jetzt senden würde (statt der Aufgabe auch die Nummer des Antrags); ' +
        'dass jemand es ansieht, wird festgehalten',
    )
    .requiredOption('--reason <text>', 'warum; ohne Angaben zur Person')
    .option('--json', 'als JSON')
    .action(async (taskId: string, { reason, ...options }: JsonOption & { reason: string }) =>
      show(await api.post<Rendered>(`tasks/${encodeURIComponent(taskId)}/render`, { reason }), options, rendered),
    );
}

function found({ items, more, complete }: FoundSubmissions): string {
  const rows = items.map((item) => [
    item.number,
    time(item.receivedAt),
    region(item.ars),
    item.leistung,
    item.submissionId,
  ]);
  return blocks(
    items.length ? table(texts.submissions.foundColumns, rows) : texts.submissions.noneFound,
    more ? texts.submissions.moreFound : '',
    complete ? '' : texts.submissions.notAllIndexed,
  );
}

interface Rendered {
  artifacts: { name: string; mimetype: string; size: number; text?: string }[];
}

function rendered({ artifacts }: Rendered): string {
  return blocks(
    ...artifacts.map(({ name, mimetype, size, text }) => {
      const title = texts.submissions.artifact(name, mimetype, size);
      return text ? `${title}\n${text}` : title;
    }),
  );
}

function submission(view: SubmissionView): string {
  const labels = texts.submissions.facts;
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
    facts([
      [labels.number, view.number],
      [labels.submission, view.submissionId],
      [labels.caseId, view.caseId],
      [labels.state, `${word(view.state)}${view.attention ? texts.submissions.attention : ''}`],
      [labels.municipality, region(view.ars)],
      [labels.leistung, view.leistung],
      [labels.received, texts.submissions.receivedFrom(time(view.receivedAt), view.client)],
    ]),
    table(texts.submissions.taskColumns, tasks),
    table(texts.submissions.replyColumns, replies),
    table(texts.submissions.eventColumns, events),
  );
}
