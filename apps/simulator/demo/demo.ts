import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { root } from '#settings/root.js';
import type { Settings } from '#settings/settings.js';
import { openPortal } from '../portal/portal.js';
import { texts } from '../texts.js';
import { demosOf } from './adapters.js';
import { SimulatorControl } from './control.js';
import { setDevelopmentValues } from './development-values.js';
import { beginning, isUnderWay, lineOf, noteAnswer, type Progress, summaryOf } from './progress.js';
import { demoSubmissions } from './submissions.js';
import { type Output, openTable } from './table.js';

/** Milliseconds between two looks at the submissions, and after which the demonstration ends in any case. */
const pollEvery = 250;
const longest = 75_000;

/**
 * Lets the simulated portal post submissions for several municipalities, and shows their progress. Ends by itself after
 * at most 75 s, and resets the faults that it set.
 */
export async function runDemo(settings: Settings, output: Output): Promise<void> {
  const portal = openPortal(settings);
  const control = new SimulatorControl(settings);
  const table = openTable(output);
  const demos = await demosOf(settings.ADAPTER_PACKAGES);
  const ofAdapters = demos.flatMap(({ ars, leistung, scene }) => (scene ? [{ ars, leistung, ...scene }] : []));
  const all = [...demoSubmissions, ...ofAdapters].map(beginning);
  const show = () => table.show(all.map(lineOf));
  const before = await control.countEffects();
  await setDevelopmentValues(settings);
  output.write(texts.demo.begins(all.length));
  try {
    await portal.registerCallback(`${settings.simulatorUrl}/portal/callback`);
    for (const { submission } of all) await control.prepare(submission);
    for (const progress of all) {
      await post(portal, progress);
      show();
    }
    const end = performance.now() + longest;
    while (all.some(isUnderWay) && performance.now() < end) {
      await pause(pollEvery);
      await Promise.all(all.filter(isUnderWay).map((progress) => look(portal, progress)));
      show();
    }
  } finally {
    table.done();
    for (const { submission } of all) await control.cleanUp(submission);
  }
  output.write(summaryOf(all, await control.effectsSince(before)));
}

type Portal = ReturnType<typeof openPortal>;

async function post(portal: Portal, progress: Progress): Promise<void> {
  const { leistung, ars, process, example } = progress.submission;
  const form = await readFile(join(root, 'schemas/processes', process, 'examples', example));
  const contentType = example.endsWith('.xml') ? 'application/xml' : 'application/json';
  const idempotencyKey = crypto.randomUUID();
  noteAnswer(progress, await portal.postSubmission({ leistung, ars, form, contentType, idempotencyKey }));
}

async function look(portal: Portal, progress: Progress): Promise<void> {
  const { submissionId } = progress;
  if (submissionId) progress.status = await portal.status(submissionId).catch(() => progress.status);
}
