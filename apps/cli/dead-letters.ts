import type { Command } from 'commander';
import type { Explanation } from '#operator/explain.js';
import { type Api, query } from './api.js';
import { type DeadLetterFilter, filterOf, withFilter } from './dead-letter-filter.js';
import { type Causes, causes, explanation, letters, type Page } from './dead-letters-output.js';
import { type JsonOption, limitOption, parametersOption } from './options.js';
import { show } from './show.js';
import { texts } from './texts.js';

/** `stellwerk dead-letters …`: what failed, why, and what an operator can do about it. */
export function registerDeadLetters(program: Command, api: Api): void {
  const group = program.command('dead-letters').description('was niemand von selbst noch einmal versucht');
  addList(group, api);
  addShow(group, api);
  addReplay(group, api);
  addDiscard(group, api);
  addResolve(group, api);
  addDismiss(group, api);
}

function addList(group: Command, api: Api): void {
  withFilter(group.command('list'))
    .description('aufgegebene Zustellungen und unlesbare Nachrichten, neueste zuerst')
    .option('--by-cause', 'nach Ursache gezählt')
    .addOption(limitOption())
    .option('--json', 'als JSON')
    .action(async (options: DeadLetterFilter & JsonOption & { byCause?: boolean; limit: number }) => {
      const filter = filterOf(options);
      if (options.byCause)
        return show(await api.get<Causes>(`dead-letters${query({ ...filter, groupBy: 'cause' })}`), options, causes);
      show(await readUpTo(api, filter, options.limit), options, letters);
    });
}

function addShow(group: Command, api: Api): void {
  group
    .command('show <aufgabe>')
    .description('alles, was über eine Aufgabe bekannt ist, ohne Antragsdaten; statt ihrer auch die Nummer des Antrags')
    .option('--json', 'als JSON')
    .action(async (taskId: string, options: JsonOption) =>
      show(await api.get<Explanation>(`dead-letters/${encodeURIComponent(taskId)}`), options, explanation),
    );
}

function addReplay(group: Command, api: Api): void {
  group
    .command('replay <aufgabe>')
    .description('eine Zustellung erneut versuchen; statt der Aufgabe auch die Nummer des Antrags')
    .addOption(parametersOption())
    .option('--reason <text>', 'warum')
    .option('--json', 'als JSON')
    .action(async (taskId: string, options: JsonOption & { parameters: string; reason?: string }) => {
      const { parameters, reason } = options;
      show(await act(api, taskId, 'replay', { parameters, reason }), options, ({ next }) =>
        next === 'find' ? texts.deadLetters.replayedAfterFind : texts.deadLetters.replayed,
      );
    });
}

function addDiscard(group: Command, api: Api): void {
  group
    .command('discard <aufgabe>')
    .description('eine Zustellung endgültig aufgeben; statt der Aufgabe auch die Nummer des Antrags')
    .requiredOption('--reason <text>', 'warum; ohne Angaben zur Person, auch das Portal sieht ihn')
    .option('--json', 'als JSON')
    .action(async (taskId: string, { reason, ...options }: JsonOption & { reason: string }) =>
      show(await act(api, taskId, 'discard', { reason }), options, () => texts.deadLetters.discarded),
    );
}

function addResolve(group: Command, api: Api): void {
  group
    .command('resolve <aufgabe>')
    .description('einen Zweifel klären: Ist der Antrag angekommen? Statt der Aufgabe auch die Nummer des Antrags')
    .option('--arrived', 'er ist angekommen: erledigt')
    .option('--not-arrived', 'er ist nicht angekommen: noch einmal senden')
    .requiredOption('--reason <text>', 'woher man es weiß')
    .option('--json', 'als JSON')
    .action(
      async (
        taskId: string,
        options: JsonOption & { arrived?: boolean; notArrived?: boolean; reason: string },
        command: Command,
      ) => {
        const { arrived = false, notArrived = false, reason } = options;
        if (arrived === notArrived) command.error(texts.deadLetters.arrivedOrNot);
        show(await act(api, taskId, 'resolve', { arrived, reason }), options, ({ state }) =>
          state === 'done' ? texts.deadLetters.resolvedAsArrived : texts.deadLetters.resolvedAsNotArrived,
        );
      },
    );
}

function addDismiss(group: Command, api: Api): void {
  group
    .command('dismiss <nachricht>')
    .description('eine unlesbare Nachricht von der Liste nehmen')
    .option('--reason <text>', 'warum')
    .option('--json', 'als JSON')
    .action(async (strayId: string, { reason, ...options }: JsonOption & { reason?: string }) => {
      const path = `dead-letters/strays/${encodeURIComponent(strayId)}/dismiss`;
      show(await api.post<unknown>(path, { reason }), options, () => texts.deadLetters.dismissed);
    });
}

function act(api: Api, taskId: string, verb: 'replay' | 'discard' | 'resolve', body: object) {
  const path = `dead-letters/${encodeURIComponent(taskId)}/${verb}`;
  return api.post<{ taskId: string; state: string; next: string }>(path, body);
}

/** Reads page by page, because a page of the API has 500 entries at most. */
async function readUpTo(api: Api, filter: DeadLetterFilter, wanted: number): Promise<Page> {
  const read: Page = { items: [], next: null };
  do {
    const limit = Math.min(wanted - read.items.length, 500);
    const page = await api.get<Page>(`dead-letters${query({ ...filter, limit, cursor: read.next ?? undefined })}`);
    read.items.push(...page.items);
    read.next = page.next;
  } while (read.next !== null && read.items.length < wanted);
  return read;
}
