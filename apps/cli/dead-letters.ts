import type { Command } from 'commander';
import type { Difference, ExplainedParameter, Explanation } from '#operator/explain.js';
import type { Cause, DeadTask, StrayLetter } from '#store/dead-letters.js';
import type { Api } from './api.js';
import { type FilterOptions, filterOf, limit, parametersOption, query, withFilter } from './filter.js';
import { blocks, facts, place, show, table, time } from './show.js';
import { word } from './words.js';

interface Page {
  items: (DeadTask | StrayLetter)[];
  next: string | null;
}

export function registerDeadLetters(program: Command, api: () => Api): void {
  const group = program.command('dead-letters').description('was niemand von selbst noch einmal versucht');

  withFilter(group.command('list'))
    .description('aufgegebene Zustellungen und unlesbare Nachrichten, neueste zuerst')
    .option('--by-cause', 'nach Ursache gezählt')
    .addOption(limit())
    .option('--json', 'als JSON')
    .action(async (options: FilterOptions & { byCause?: boolean; limit: number; json?: boolean }) => {
      const filter = filterOf(options);
      if (options.byCause)
        return show(await api().get(`dead-letters${query({ ...filter, groupBy: 'cause' })}`), options, causes);
      show(await readUpTo(api(), filter, options.limit), options, letters);
    });

  group
    .command('show <aufgabe>')
    .description('alles, was über eine Aufgabe bekannt ist, ohne Antragsdaten')
    .option('--json', 'als JSON')
    .action(async (taskId: string, options) =>
      show(await api().get(`dead-letters/${encodeURIComponent(taskId)}`), options, explanation),
    );

  group
    .command('replay <aufgabe>')
    .description('eine Zustellung erneut versuchen')
    .addOption(parametersOption())
    .option('--reason <text>', 'warum')
    .option('--json', 'als JSON')
    .action(async (taskId: string, { parameters, reason, ...options }) => {
      show(await act(api(), taskId, 'replay', { parameters, reason }), options, ({ next }) =>
        next === 'find'
          ? 'Wird erneut versucht; zuerst wird nachgesehen, ob der Antrag angekommen ist.'
          : 'Wird jetzt erneut versucht.',
      );
    });

  group
    .command('discard <aufgabe>')
    .description('eine Zustellung endgültig aufgeben')
    .requiredOption('--reason <text>', 'warum; ohne Angaben zur Person, auch das Portal sieht ihn')
    .option('--json', 'als JSON')
    .action(async (taskId: string, { reason, ...options }) =>
      show(await act(api(), taskId, 'discard', { reason }), options, () => 'Verworfen.'),
    );

  group
    .command('resolve <aufgabe>')
    .description('einen Zweifel klären: Ist der Antrag angekommen?')
    .option('--arrived', 'er ist angekommen: erledigt')
    .option('--not-arrived', 'er ist nicht angekommen: noch einmal senden')
    .requiredOption('--reason <text>', 'woher man es weiß')
    .option('--json', 'als JSON')
    .action(async (taskId: string, { arrived, notArrived, reason, ...options }, command: Command) => {
      if (Boolean(arrived) === Boolean(notArrived))
        command.error('Bitte genau eines von --arrived und --not-arrived angeben.');
      show(await act(api(), taskId, 'resolve', { arrived: Boolean(arrived), reason }), options, ({ state }) =>
        state === 'done' ? 'Erledigt.' : 'Wird noch einmal gesendet.',
      );
    });

  group
    .command('dismiss <nachricht>')
    .description('eine unlesbare Nachricht von der Liste nehmen')
    .option('--reason <text>', 'warum')
    .option('--json', 'als JSON')
    .action(async (strayId: string, { reason, ...options }) =>
      show(
        await api().post(`dead-letters/strays/${encodeURIComponent(strayId)}/dismiss`, { reason }),
        options,
        () => 'Von der Liste genommen.',
      ),
    );
}

function act(
  api: Api,
  taskId: string,
  verb: string,
  body: unknown,
): Promise<{ taskId: string; state: string; next: string }> {
  return api.post(`dead-letters/${encodeURIComponent(taskId)}/${verb}`, body);
}

/** Page by page. */
async function readUpTo(api: Api, filter: FilterOptions, wanted: number): Promise<Page> {
  const read: Page = { items: [], next: null };
  do {
    const size = Math.min(wanted - read.items.length, 500);
    const page = await api.get<Page>(
      `dead-letters${query({ ...filter, limit: size, cursor: read.next ?? undefined })}`,
    );
    read.items.push(...page.items);
    read.next = page.next;
  } while (read.next !== null && read.items.length < wanted);
  return read;
}

function letters({ items, next }: Page): string {
  if (items.length === 0) return 'Nichts aufgegeben.';
  const rows = items.map((item) =>
    item.kind === 'task'
      ? [
          item.taskId,
          time(item.diedAt),
          place(item.ars),
          item.leistung,
          item.adapter,
          word(item.inDoubt ? 'unknown' : item.outcome),
          item.reason,
        ]
      : [item.strayId, time(item.diedAt), '–', '–', item.queue, 'unlesbar', item.reason],
  );
  const head = ['Aufgabe', 'aufgegeben', 'Gemeinde', 'Leistung', 'Adapter', 'Ausgang', 'Grund'];
  return table(head, rows) + (next === null ? '' : '\nEs gibt weitere; --limit erhöhen oder filtern.');
}

function causes({ causes }: { causes: Cause[] }): string {
  if (causes.length === 0) return 'Nichts aufgegeben.';
  const rows = causes.map((cause) => [
    cause.count,
    cause.adapter,
    word(cause.outcome),
    cause.reason,
    cause.municipalities,
    cause.inDoubt || null,
    time(cause.first),
    time(cause.last),
  ]);
  return table(['Anzahl', 'Adapter', 'Ausgang', 'Grund', 'Gemeinden', 'im Zweifel', 'zuerst', 'zuletzt'], rows);
}

function explanation(task: Explanation): string {
  const { submission } = task;
  const about = facts([
    ['Aufgabe', task.taskId],
    ['Stand', `${word(task.state)}${task.inDoubt ? ', im Zweifel' : ''}`],
    ['Ausgang', word(task.outcome)],
    ['Grund', task.reason],
    ['Aktenzeichen dort', task.externalReference],
    ['Schritt', `${task.step} (${task.adapter})`],
    ['Gemeinde', place(task.ars)],
    ['Leistung', task.leistung],
    ['Antrag', submission.submissionId],
    ['Vorgang', submission.caseId],
    ['angenommen', `${time(submission.acceptedAt)} von ${submission.client}`],
    ['Prozess', submission.processVersion],
    ['Schema', `${submission.schema.id} V${submission.schema.version}`],
  ]);
  const attempts = task.attempts.map((attempt) => [
    attempt.attempt,
    time(attempt.startedAt),
    (attempt.polls ?? 1) > 1 ? `${word(attempt.call)} (${attempt.polls}-mal)` : word(attempt.call),
    attempt.adapterVersion,
    word(attempt.outcome),
    attempt.reason,
    attempt.differs
      .filter(({ what }) => what !== 'outcome' && what !== 'reason')
      .map(difference)
      .join('\n'),
  ]);
  const parameters = task.parameters.map((parameter) => [
    parameter.name,
    shown(parameter),
    origin(parameter),
    parameter.versionId ?? null,
    parameter.author ?? null,
  ]);
  const events = task.events.map((event) => [time(event.at), event.text, event.actor]);
  return blocks(
    about,
    table(['Versuch', 'Beginn', 'Aufruf', 'Adapter', 'Ausgang', 'Grund', 'anders als zuvor'], attempts),
    table(['Parameter', 'Wert', 'gesetzt von', 'Version', 'durch'], parameters),
    table(['Zeit', 'Ereignis', 'durch'], events),
  );
}

function difference({ what, name, before, after }: Difference): string {
  if (what !== 'parameter') return `${labels[what]}: ${before ?? '–'} → ${after ?? '–'}`;
  return `${name}: ${shown(before as never)} → ${shown(after as never)}`;
}

const labels = {
  call: 'Aufruf',
  adapterVersion: 'Adapter',
  generation: 'Fassung',
  outcome: 'Ausgang',
  reason: 'Grund',
};

function shown(parameter: ExplainedParameter | null): string {
  if (parameter === null) return '–';
  if (parameter.set) return '(geheim)';
  return typeof parameter.value === 'string' ? parameter.value : JSON.stringify(parameter.value ?? null);
}

function origin({ level, region }: ExplainedParameter): string {
  return region ? `${word(level)} ${place(region)}` : word(level);
}
