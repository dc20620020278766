import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { loadRegions } from '#regions/regions.js';
import { root } from '#settings/root.js';
import type { Settings } from '#settings/settings.js';
import { openPortal, type Status } from '../portal/portal.js';
import type { Effect } from '../world/effects.js';
import { demosOf } from './adapters.js';
import { type Line, openBoard, type Stage } from './board.js';
import { type Scene, scenes } from './scenes.js';
import { setDevelopmentValues } from './values.js';

const glance = 250;
const patience = 75_000;

/** A scene while it is played. */
interface Act {
  scene: Scene;
  place: string;
  submissionId?: string;
  refused?: string;
  status?: Status;
}

/** Lets the simulated portal post submissions for several municipalities and shows them travel. Ends by itself after at most 75 s and resets the faults it set. */
export async function runDemo(settings: Settings, stage: Stage): Promise<void> {
  const portal = openPortal(settings);
  const control = `${settings.simulatorUrl}/control`;
  const board = openBoard(stage);
  const demos = await demosOf(settings.ADAPTER_PACKAGES);
  const played = [
    ...scenes,
    ...demos.flatMap(({ ars, leistung, scene }) => (scene ? [{ ars, leistung, ...scene }] : [])),
  ];
  const acts = played.map((scene): Act => ({ scene, place: nameOf(scene.ars) }));
  const show = () => board.show(acts.map(lineOf));
  const before = await countEffects(control);
  await setDevelopmentValues(settings);
  stage.write(`\nDas Portal schickt ${played.length} Anträge.\n`);
  try {
    await portal.registerCallback(`${settings.simulatorUrl}/portal/callback`);
    for (const { scene } of acts) await prepare(control, scene);
    for (const act of acts) {
      await post(portal, act);
      show();
    }
    const end = performance.now() + patience;
    while (acts.some(travelling) && performance.now() < end) {
      await pause(glance);
      await Promise.all(acts.filter(travelling).map((act) => look(portal, act)));
      show();
    }
  } finally {
    board.done();
    for (const { scene } of acts) await cleanUp(control, scene);
  }
  stage.write(summary(acts, await effectsSince(control, before)));
}

type Portal = ReturnType<typeof openPortal>;

async function post(portal: Portal, act: Act): Promise<void> {
  const { leistung, ars, process, example } = act.scene;
  const body = await readFile(join(root, 'schemas/processes', process, 'examples', example));
  const contentType = example.endsWith('.xml') ? 'application/xml' : 'application/json';
  const handed = await portal.postSubmission({ leistung, ars, body, contentType, idempotencyKey: crypto.randomUUID() });
  if (handed.accepted) act.submissionId = handed.submissionId;
  else act.refused = refusalOf(handed.refusal);
}

function refusalOf({ detail, errors }: { detail: string; errors: { label?: string; message: string }[] }): string {
  const [first] = errors;
  if (!first) return detail;
  const more = errors.length > 1 ? ` (und ${errors.length - 1} weitere)` : '';
  return `${first.label ? `${first.label}: ` : ''}${first.message}${more}`;
}

async function look(portal: Portal, act: Act): Promise<void> {
  if (act.submissionId) act.status = await portal.status(act.submissionId).catch(() => act.status);
}

/** On its way: accepted, and neither at its goal, answered where an answer is due, nor in need of a person. */
function travelling({ scene, submissionId, status }: Act): boolean {
  if (submissionId === undefined) return false;
  if (!status) return true;
  const unanswered = scene.replies && !status.replies.some((reply) => reply.status === 'bescheid');
  return !status.attention && (!settled.has(status.state) || (status.state === 'delivered' && unanswered === true));
}

const settled = new Set(['delivered', 'rejected', 'abandoned']);
const states: Record<string, string> = {
  accepted: 'angenommen',
  processing: 'unterwegs',
  delivered: 'zugestellt',
  rejected: 'Dead Letter',
  abandoned: 'verworfen',
};

function lineOf({ scene, place, refused, submissionId, status }: Act): Line {
  const line = { place, title: scene.title, way: '', attempts: 0, last: '' };
  if (refused) return { ...line, state: 'abgewiesen', last: refused };
  if (!submissionId) return { ...line, state: '' };
  if (!status) return { ...line, state: 'angenommen' };
  const attempts = status.tasks.reduce((sum, task) => sum + task.attempts, 0);
  const way = status.tasks.map((task) => task.adapter).join(' ▸ ');
  return {
    ...line,
    way,
    attempts,
    state: states[status.state] ?? status.state,
    last: status.events.at(-1)?.text ?? '',
  };
}

const nameOf = (ars: string) => loadRegions().name(ars).replace(/,.*/, '');

/** Before a scene is played: its fault, its answer. */
async function prepare(control: string, { ars, fault, replies }: Scene): Promise<void> {
  if (fault) await setFault(control, ars, fault);
  if (replies) await put(`${control}/replies/${replies}`, plans[replies](ars));
}

const plans = {
  steuer: (ars: string) => ({ mode: 'callback', afterSeconds: 2, ars }),
  xta: () => ({ mode: 'decide', afterSeconds: 2 }),
} satisfies Record<NonNullable<Scene['replies']>, (ars: string) => object>;

/** Quietly: when the simulator has gone, so has what was asked of it. */
async function cleanUp(control: string, { ars, fault, replies }: Scene): Promise<void> {
  if (fault) await setFault(control, ars, { ...fault, mode: 'none' }).catch(() => {});
  if (replies) await put(`${control}/replies/${replies}`, { ...plans[replies](ars), mode: 'off' }).catch(() => {});
}

const setFault = (control: string, ars: string, { system = 'steuer', ...fault }: Scene['fault'] & {}) =>
  put(`${control}/faults/${system}`, { ...fault, ars });

const put = (url: string, body: object) =>
  fetch(url, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

/** Where deliveries arrive. */
const goals = ['steuer', 'ablage', 'post', 'xta', 'fakes'] as const;

async function countEffects(control: string): Promise<number[]> {
  const counts = goals.map(async (goal) => (await fetch(`${control}/effects/${goal}/count`)).json());
  return ((await Promise.all(counts)) as { count: number }[]).map(({ count }) => count);
}

async function effectsSince(control: string, since: number[]): Promise<Effect[]> {
  const effects = goals.map(async (goal, n) => (await fetch(`${control}/effects/${goal}?since=${since[n]}`)).json());
  return ((await Promise.all(effects)) as Effect[][]).flat();
}

function summary(acts: Act[], effects: Effect[]): string {
  const ids = new Set(acts.map((act) => act.submissionId));
  const ours = effects.filter((effect) => ids.has(effect.submissionId));
  const twice = ours.length - new Set(ours.map((effect) => effect.submissionId)).size;
  const count = (is: (act: Act) => boolean) => acts.filter(is).length;
  const dead = acts.flatMap(({ status }) => status?.tasks.filter((task) => task.state === 'dead') ?? []);
  const open = count(travelling);
  const answered = acts.filter(({ status }) => status?.replies.some((reply) => reply.documents > 0));
  return [
    '',
    `${count((act) => act.status?.state === 'delivered')} zugestellt, ${count((act) => !!act.refused)} an der Tür abgewiesen, ${dead.length} Dead Letter${open ? `, ${open} noch unterwegs` : ''}.`,
    `An ihren Zielen sind ${ours.length} Anträge angekommen, ${twice === 0 ? 'keiner doppelt' : `${twice} davon doppelt`}.`,
    ...dead.map(
      ({ taskId }) => `Den Dead Letter holt zurück: npx stellwerk dead-letters replay ${taskId} --parameters current`,
    ),
    ...answered.map(
      ({ place, submissionId }) => `${place} hat schon geantwortet: npx stellwerk submissions show ${submissionId}`,
    ),
    '',
    '',
  ].join('\n');
}
