import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { demosOf } from '#adapters/demo.js';
import { loadRegions } from '#regions/regions.js';
import { root } from '#settings/root.js';
import type { Settings } from '#settings/settings.js';
import { type Line, openBoard, type Stage } from './board.js';
import type { Effect } from './effects.js';
import { openPortal, type Status } from './portal.js';
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
    await setFaults(control, acts);
    await setReplies(settings, portal, acts);
    for (const act of acts) {
      await post(portal, act);
      show();
    }
    const end = performance.now() + patience;
    while (acts.some(travelling) && performance.now() < end) {
      await pause(glance);
      await Promise.all(acts.filter((act) => travelling(act) || awaitsReply(act)).map((act) => look(portal, act)));
      show();
    }
  } finally {
    board.done();
    await resetFaults(control, acts);
    await setReply(settings.simulatorUrl, { mode: 'off' }).catch(() => {});
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

/** On its way: accepted, and neither at its goal nor in need of a person. */
function travelling({ submissionId, status }: Act): boolean {
  return submissionId !== undefined && !(status && (status.attention || settled.has(status.state)));
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
  const line = { place, title: scene.title, attempts: 0, last: '' };
  if (refused) return { ...line, state: 'abgewiesen', last: refused };
  if (!submissionId) return { ...line, state: '' };
  if (!status) return { ...line, state: 'angenommen' };
  const attempts = status.tasks.reduce((sum, task) => sum + task.attempts, 0);
  return { ...line, attempts, state: states[status.state] ?? status.state, last: status.events.at(-1)?.text ?? '' };
}

const nameOf = (ars: string) => loadRegions().name(ars).replace(/,.*/, '');

async function setFaults(control: string, acts: Act[]): Promise<void> {
  for (const { scene } of acts) if (scene.fault) await setFault(control, scene, scene.fault);
}

/** Whoever answers does so from now on, and the portal wants to hear of it. */
async function setReplies({ simulatorUrl }: Settings, portal: Portal, acts: Act[]): Promise<void> {
  await portal.registerCallback(`${simulatorUrl}/portal/callback`);
  for (const { scene } of acts)
    if (scene.bescheidAfter !== undefined)
      await setReply(simulatorUrl, { mode: 'callback', afterSeconds: scene.bescheidAfter, ars: scene.ars });
}

const setReply = (simulatorUrl: string, plan: object) =>
  fetch(`${simulatorUrl}/control/replies/steuer`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(plan),
  });

/** Nobody waits for it, but while others travel it may come. */
const awaitsReply = ({ scene, submissionId, status }: Act) =>
  scene.bescheidAfter !== undefined &&
  submissionId !== undefined &&
  !status?.replies.some((reply) => reply.documents > 0);

/** Quietly: when the simulator has gone, so have its faults. */
async function resetFaults(control: string, acts: Act[]): Promise<void> {
  for (const { scene } of acts)
    if (scene.fault) await setFault(control, scene, { ...scene.fault, mode: 'none' }).catch(() => {});
}

const setFault = (control: string, { ars }: Scene, { system = 'steuer', ...fault }: Scene['fault'] & {}) =>
  fetch(`${control}/faults/${system}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...fault, ars }),
  });

/** Where deliveries arrive. */
const goals = ['steuer', 'ablage', 'post'] as const;

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
    `Am Fachverfahren sind ${ours.length} Anträge angekommen, ${twice === 0 ? 'keiner doppelt' : `${twice} davon doppelt`}.`,
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
