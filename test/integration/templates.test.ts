import { afterEach, expect, test } from '@jest/globals';
import type { Delivery } from '#adapters/contract.js';
import type { TemplateFile } from '#processes/process-file.js';
import { templateProgram } from '#processes/step-program.js';
import { adapterOf, openWay } from '../kit/way.js';

let way: Awaited<ReturnType<typeof openWay>>;
afterEach(() => way?.close());

const files: Record<string, TemplateFile> = {
  blatt: { title: 'Blatt', format: 'xml', message: '{ "blatt": data.F1 }' },
  liste: { title: 'Liste', format: 'csv', columns: ['F1', 'F2'], message: '[data]' },
};

/** A way whose process has two templates, to an adapter that writes JSON and XML. */
async function openTemplates(deliveries: Delivery[], formats = true) {
  const adapter = adapterOf({
    manifest: formats ? { formats: ['json', 'xml'] } : {},
    deliver: async (_, delivery) => {
      deliveries.push(delivery);
      return { kind: 'delivered', externalReference: 'A1' };
    },
  });
  const own = new Map(
    Object.entries(files).map(([name, file]) => [name, { ...file, program: templateProgram(file, {}) }]),
  );
  way = await openWay([adapter], {}, { templates: new Map([['step0', own]]) });
}

test('the region chooses a template; without a choice the step’s own message goes as JSON', async () => {
  const deliveries: Delivery[] = [];
  await openTemplates(deliveries);
  await way.accept();
  await way.round();
  await way.setParameter('target.template', 'blatt');
  await way.accept();
  await way.round();
  expect(deliveries.map(({ message, format }) => [format, message])).toEqual([
    ['json', { data: { F1: 'x' }, registers: {} }],
    ['xml', { blatt: 'x' }],
  ]);
});

test.each([
  ['gibtsnicht', 'Der Prozess hat für diesen Schritt keine Vorlage dieses Namens.'],
  ['liste', 'Dieser Adapter schreibt kein CSV.'],
])('the template %s is a wrong setting: nothing is sent, and the lane names the parameter', async (name, reason) => {
  const deliveries: Delivery[] = [];
  await openTemplates(deliveries);
  await way.setParameter('target.template', name);
  const id = await way.accept();
  await way.round();
  expect(deliveries).toEqual([]);
  expect(await way.task(id)).toMatchObject({ state: 'waiting', outcome: 'misconfigured', reason });
  expect(await way.lane()).toMatchObject({ state: 'closed', why: 'misconfigured', parameter: 'target.template' });
});

test('an adapter that takes the message as JSON knows no templates', async () => {
  const deliveries: Delivery[] = [];
  await openTemplates(deliveries, false);
  await way.setParameter('target.template', 'blatt');
  await way.accept();
  await way.round();
  expect(deliveries.map(({ format }) => format)).toEqual(['json']);
});
