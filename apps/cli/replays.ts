import { createInterface } from 'node:readline/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import logUpdate from 'log-update';
import type { ReplayItem } from '#store/replays.js';
import { type Api, query } from './api.js';
import { type DeadLetterFilter, filterOf, withFilter } from './dead-letter-filter.js';
import { type JsonOption, limitOption, parametersOption, wholeNumber } from './options.js';
import { ended, type Job, type Jobs, jobDetail, jobs, type Plan, planned, progress } from './replays-output.js';
import { show } from './show.js';
import { texts } from './texts.js';
import { count } from './values.js';

/** The exit code when everything was tried and something was given up again. */
const failedAgain = 2;

/** `stellwerk replays …`: bringing back many dead letters as one job. */
export function registerReplays(program: Command, api: Api): void {
  const group = program
    .command('replays')
    .description('vieles auf einmal erneut zustellen, als Auftrag über eine feste Menge');
  addStart(group, api);
  addList(group, api);
  addShow(group, api);
  addChange(group, api, 'pause').description('anhalten');
  addChange(group, api, 'resume').description('fortsetzen');
  addChange(group, api, 'cancel').description('abbrechen; was schon unterwegs ist, bleibt es');
}

type StartOptions = DeadLetterFilter &
  JsonOption & { parameters: string; rate?: number; reason?: string; yes?: boolean; dryRun?: boolean; wait?: boolean };

function addStart(group: Command, api: Api): void {
  withFilter(group.command('start'))
    .description('zeigt, was geschähe, fragt nach und beginnt')
    .addOption(parametersOption())
    .option('--rate <zahl>', 'höchstens so viele je Sekunde', wholeNumber)
    .option('--reason <text>', 'warum')
    .option('--yes', 'ohne Rückfrage')
    .option('--dry-run', 'nur zeigen, was geschähe')
    .option('--wait', 'warten, bis jede Zustellung erledigt oder wieder aufgegeben ist')
    .option('--json', 'als JSON')
    .addHelpText('after', texts.replays.exitCode(failedAgain))
    .action((options: StartOptions, command: Command) => start(api, options, command));
}

async function start(api: Api, options: StartOptions, command: Command): Promise<void> {
  const { parameters, rate: ratePerSecond, reason, yes, dryRun, wait, json } = options;
  const order = { filter: filterOf(options), parameters, ratePerSecond, reason };
  const plan = await api.post<Plan>('replays', { ...order, dryRun: true });
  if (dryRun) return show(plan, { json }, planned);
  if (!json) process.stdout.write(`${planned(plan)}\n`);
  if (plan.count === 0) command.error(texts.replays.nothingToDo, { exitCode: 1 });
  if (!yes && !(await confirmed(plan.count, command))) return;
  const { replayId } = await api.post<Job>('replays', order);
  const job = await follow(api, replayId, { wait, quiet: json });
  show(job, { json }, ended);
  if (wait && job.progress.failedAgain > 0) process.exitCode = failedAgain;
}

function addList(group: Command, api: Api): void {
  group
    .command('list')
    .description('Aufträge, neueste zuerst')
    .addOption(limitOption())
    .option('--json', 'als JSON')
    .action(async ({ json, limit }: JsonOption & { limit: number }) =>
      show(await api.get<Jobs>(`replays${query({ limit })}`), { json }, jobs),
    );
}

function addShow(group: Command, api: Api): void {
  group
    .command('show <auftrag>')
    .description('Fortschritt, und was aus jeder Aufgabe wurde')
    .option('--state <stand>', 'nur Aufgaben in diesem Stand, etwa failed-again')
    .addOption(limitOption())
    .option('--json', 'als JSON')
    .action(async (replayId: string, { json, state, limit }: JsonOption & { state?: string; limit: number }) => {
      const path = `replays/${encodeURIComponent(replayId)}`;
      const job = await api.get<Job>(path);
      const { items } = await api.get<{ items: ReplayItem[] }>(`${path}/items${query({ limit, state })}`);
      show({ ...job, items }, { json }, jobDetail);
    });
}

function addChange(group: Command, api: Api, verb: 'pause' | 'resume' | 'cancel'): Command {
  return group
    .command(`${verb} <auftrag>`)
    .option('--reason <text>', 'warum')
    .option('--json', 'als JSON')
    .action(async (replayId: string, { reason, json }: JsonOption & { reason?: string }) =>
      show(await api.post<Job>(`replays/${encodeURIComponent(replayId)}/${verb}`, { reason }), { json }, ended),
    );
}

async function confirmed(tasks: number, command: Command): Promise<boolean> {
  if (!process.stdin.isTTY) command.error(texts.replays.nobodyToAsk, { exitCode: 1 });
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal
    .question(texts.replays.confirm(count(tasks, texts.replays.task)))
    .finally(() => terminal.close());
  return texts.replays.yes.test(answer.trim());
}

/**
 * Waits until every task was set going; with `wait`, until every one has ended. In a terminal it shows the progress
 * unless `quiet`. Ctrl-C ends only this; the job goes on.
 */
async function follow(api: Api, replayId: string, { wait, quiet }: { wait?: boolean; quiet?: boolean }): Promise<Job> {
  const shows = !quiet && process.stdout.isTTY;
  for (;;) {
    const job = await api.get<Job>(`replays/${replayId}`);
    if (shows) logUpdate(`${progress(job)}\n${texts.replays.following}`);
    if (job.state !== 'running' && !(wait && job.state === 'sent')) {
      if (shows) logUpdate.clear();
      return job;
    }
    await pause(500);
  }
}
