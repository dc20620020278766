import { createInterface } from 'node:readline/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import logUpdate from 'log-update';
import type { Cause } from '#store/dead-letters.js';
import type { ReplayItem, ReplayJob, ReplayPlan, ReplayState } from '#store/replays.js';
import type { Api } from './api.js';
import { filterOf, limit, parametersOption, query, whole, withFilter } from './filter.js';
import { blocks, count, facts, place, show, table, time } from './show.js';
import { word } from './words.js';

/** Exit code when everything was tried and something was given up again. */
const failedAgain = 2;

const states: Record<ReplayState, string> = {
  running: 'läuft',
  paused: 'angehalten',
  cancelled: 'abgebrochen',
  sent: 'alle angestoßen',
  done: 'beendet',
};

type Plan = ReplayPlan & { causes: Cause[] };
type Job = ReplayJob & { actions?: { at: string; actor: string; type: string; reason: string | null }[] };

export function registerReplays(program: Command, api: () => Api): void {
  const group = program
    .command('replays')
    .description('vieles auf einmal erneut zustellen, als Auftrag über eine feste Menge');

  withFilter(group.command('start'))
    .description('zeigt, was geschähe, fragt nach und beginnt')
    .addOption(parametersOption())
    .option('--rate <zahl>', 'höchstens so viele je Sekunde', whole)
    .option('--reason <text>', 'warum')
    .option('--yes', 'ohne Rückfrage')
    .option('--dry-run', 'nur zeigen, was geschähe')
    .option('--wait', 'warten, bis jede Zustellung erledigt oder wieder aufgegeben ist')
    .option('--json', 'als JSON')
    .addHelpText('after', `\nExitcode ${failedAgain}: Mit --wait wurde etwas wieder aufgegeben.`)
    .action(
      async ({ parameters, rate: ratePerSecond, reason, yes, dryRun, wait, json, ...options }, command: Command) => {
        const order = { filter: filterOf(options), parameters, ratePerSecond, reason };
        const plan = await api().post<Plan>('replays', { ...order, dryRun: true });
        if (dryRun) return show(plan, { json }, planned);
        if (!json) process.stdout.write(`${planned(plan)}\n`);
        if (plan.count === 0) command.error('Nichts zu tun.', { exitCode: 1 });
        if (!yes && !(await confirmed(plan.count, command))) return;
        const { replayId } = await api().post<Job>('replays', order);
        const job = await follow(api(), replayId, { wait, quiet: json });
        show(job, { json }, ended);
        if (wait && job.progress.failedAgain > 0) process.exitCode = failedAgain;
      },
    );

  group
    .command('list')
    .description('Aufträge, neueste zuerst')
    .addOption(limit())
    .option('--json', 'als JSON')
    .action(async ({ json, ...options }) => show(await api().get(`replays${query(options)}`), { json }, jobs));

  group
    .command('show <auftrag>')
    .description('Fortschritt, und was aus jeder Aufgabe wurde')
    .option('--state <stand>', 'nur Aufgaben in diesem Stand, etwa failed-again')
    .addOption(limit())
    .option('--json', 'als JSON')
    .action(async (replayId: string, { json, ...options }) => {
      const path = `replays/${encodeURIComponent(replayId)}`;
      const [job, { items }] = [
        await api().get<Job>(path),
        await api().get<{ items: ReplayItem[] }>(`${path}/items${query(options)}`),
      ];
      show({ ...job, items }, { json }, detail);
    });

  for (const [verb, text] of [
    ['pause', 'anhalten'],
    ['resume', 'fortsetzen'],
    ['cancel', 'abbrechen; was schon unterwegs ist, bleibt es'],
  ] as const) {
    group
      .command(`${verb} <auftrag>`)
      .description(text)
      .option('--reason <text>', 'warum')
      .option('--json', 'als JSON')
      .action(async (replayId: string, { reason, json }) =>
        show(await api().post<Job>(`replays/${encodeURIComponent(replayId)}/${verb}`, { reason }), { json }, ended),
      );
  }
}

async function confirmed(tasks: number, command: Command): Promise<boolean> {
  if (!process.stdin.isTTY)
    command.error('Hier kann niemand gefragt werden; mit --yes geht es ohne Rückfrage.', { exitCode: 1 });
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal
    .question(`${count(tasks, 'Aufgabe', 'Aufgaben')} erneut zustellen? [j/N] `)
    .finally(() => terminal.close());
  return /^(j|ja)$/i.test(answer.trim());
}

/** Until everything is sent, or with `wait` until nothing is under way. Ctrl-C leaves the job running. */
async function follow(api: Api, replayId: string, { wait, quiet }: { wait?: boolean; quiet?: boolean }): Promise<Job> {
  for (;;) {
    const job = await api.get<Job>(`replays/${replayId}`);
    if (!quiet && process.stdout.isTTY)
      logUpdate(`${progress(job)}\nStrg-C beendet nur diese Anzeige, nicht den Auftrag.`);
    if (job.state !== 'running' && !(wait && job.state === 'sent')) {
      if (!quiet && process.stdout.isTTY) logUpdate.clear();
      return job;
    }
    await pause(500);
  }
}

function planned(plan: Plan): string {
  const left = [
    plan.beyond &&
      `${count(plan.beyond, 'weitere Aufgabe bleibt', 'weitere Aufgaben bleiben')} für einen nächsten Auftrag.`,
    plan.needDecision &&
      `${count(plan.needDecision, 'Aufgabe ist', 'Aufgaben sind')} im Zweifel; darüber muss erst jemand entscheiden (dead-letters resolve).`,
    plan.inOtherJob &&
      `${count(plan.inOtherJob, 'Aufgabe gehört', 'Aufgaben gehören')} schon zu einem anderen Auftrag.`,
  ].filter(Boolean);
  const causes = plan.causes.map((cause) => [
    cause.count,
    cause.adapter,
    cause.outcome,
    cause.reason,
    time(cause.first),
    time(cause.last),
  ]);
  const closed = plan.closedLanes.map((lane) => [
    lane.lane,
    place(lane.lane.split(':')[1]!),
    word(lane.why),
    lane.reason,
    lane.count,
  ]);
  return [
    `${count(plan.count, 'Aufgabe würde', 'Aufgaben würden')} erneut zugestellt.`,
    ...left,
    ...(causes.length ? [table(['Anzahl', 'Adapter', 'Ausgang', 'Grund', 'zuerst', 'zuletzt'], causes)] : []),
    ...(closed.length
      ? [
          'Geschlossene Lanes; was dorthin geht, wartet, bis sie sich öffnen:',
          table(['Lane', 'Gemeinde', 'Stand', 'Grund', 'Aufgaben'], closed),
        ]
      : []),
  ].join('\n');
}

function progress({ state, progress: p }: ReplayJob): string {
  const parts = [
    `${p.total - p.pending} von ${p.total} erneut versucht`,
    `${p.processed} erledigt`,
    p.underWay && `${p.underWay} unterwegs`,
    p.failedAgain && `${p.failedAgain} wieder aufgegeben`,
    p.discarded && `${p.discarded} verworfen`,
    p.skipped && `${p.skipped} ausgelassen`,
  ].filter(Boolean);
  return `${states[state]}: ${parts.join(', ')}`;
}

function ended(job: ReplayJob): string {
  const more =
    job.progress.underWay > 0 || job.progress.pending > 0
      ? `\nWeiter verfolgen: stellwerk replays show ${job.replayId}`
      : '';
  return progress(job) + more;
}

function jobs({ items }: { items: ReplayJob[] }): string {
  if (items.length === 0) return 'Keine Aufträge.';
  const rows = items.map((job) => {
    const { total, processed, failedAgain, underWay, pending, skipped } = job.progress;
    return [
      job.replayId,
      time(job.createdAt),
      job.author,
      states[job.state],
      total,
      processed,
      failedAgain || null,
      underWay || null,
      pending || null,
      skipped || null,
      job.reason,
    ];
  });
  return table(
    [
      'Auftrag',
      'Beginn',
      'durch',
      'Stand',
      'Menge',
      'erledigt',
      'wieder aufgegeben',
      'unterwegs',
      'offen',
      'ausgelassen',
      'warum',
    ],
    rows,
  );
}

function detail(job: Job & { items: ReplayItem[] }): string {
  const filter = Object.entries(job.filter)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
  const about = facts([
    ['Auftrag', job.replayId],
    ['Stand', progress(job)],
    ['Filter', filter || 'alle'],
    ['Parameter', word(job.parameters)],
    ['je Sekunde', job.ratePerSecond],
    ['durch', job.author],
    ['warum', job.reason],
  ]);
  const items = job.items.map((item) => [
    item.n,
    item.taskId,
    word(item.state),
    item.note ?? (item.state === 'failed-again' ? item.reason : null),
    time(item.at),
  ]);
  const actions = (job.actions ?? []).map((action) => [
    time(action.at),
    word(action.type),
    action.actor,
    action.reason,
  ]);
  return blocks(
    about,
    table(['Nr.', 'Aufgabe', 'Stand', 'Anmerkung', 'erneut versucht'], items),
    table(['Zeit', 'Aktion', 'durch', 'warum'], actions),
  );
}
