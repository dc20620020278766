import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startFake } from '#adapters/kit/fake.js';
import { fixtures } from '#adapters/xta/fixtures.js';
import { draft } from '#adapters/xta/mapping/draft.js';
import { parameters } from '#adapters/xta/parameters.js';
import { sample } from '#fim/sample.js';
import { openProcesses } from '#processes/load.js';
import { root } from '#settings/root.js';
import type { Json } from '#submission/vocabulary.js';
import { openSchemas } from '#xoev/xsd/validate.js';
import { delivery } from '../contract/samples.js';
import { corpusFolder } from '../corpus.js';
import type { Figure } from './figure.js';
import { brief } from './scale.js';

const german = new Intl.NumberFormat('de-DE', { maximumFractionDigits: 2 });
const bauantrag = openProcesses().find({ leistung: '99012008001000', ars: '081155002015', date: new Date() })!;
const count = brief ? 10 : 300;
/** Bytes of the attachment that is sent, and how often its size the memory may grow. */
const size = 20 * 1024 * 1024;
const most = 3;

/**
 * XÖV messages per second, the share of their time that goes into validation, and what a large attachment costs in
 * memory.
 */
export async function benchXoev(): Promise<Figure[]> {
  const grown = await memory();
  const figure = {
    name: 'XTA: Speicher für eine Anlage von 20 MB',
    value: `${Math.round(grown / 1024 / 1024)} MiB = ${german.format(grown / size)} ×`,
    bound: `≤ ${most} ×`,
    ok: grown <= most * size,
  };
  return [...(await messages()), figure];
}

async function messages(): Promise<Figure[]> {
  const folder = corpusFolder('xoev');
  const schemas = openSchemas(process.env['XOEV_SCHEMAS'] ?? (existsSync(folder) ? folder : undefined));
  const applications = Array.from({ length: count }, (_, n) => sample(bauantrag.model, { seed: n + 1, fill: 0.8 }));
  const made: Buffer[] = [];
  await xbau(applications[0]!);
  let begun = performance.now();
  for (const data of applications) made.push(await xbau(data));
  const making = (performance.now() - begun) / count;
  const rate = `${Math.round(1000 / making)} /s, ${german.format(making)} ms je Nachricht`;
  if (schemas.validate(made[0]!).kind === 'unchecked')
    return [{ name: 'XBau 1200: bilden, ungeprüft (XOEV_SCHEMAS fehlt)', value: rate, ok: true }];
  begun = performance.now();
  const valid = made.filter((xml) => schemas.validate(xml).kind === 'valid').length;
  const checking = (performance.now() - begun) / count;
  const both = making + checking;
  return [
    { name: 'XBau 1200: bilden und prüfen', value: `${Math.round(1000 / both)} /s`, ok: valid === count },
    {
      name: 'XBau 1200: davon Prüfung gegen das XSD',
      value: `${german.format(checking)} ms = ${Math.round((100 * checking) / both)} %`,
      bound: '≤ 20 ms',
      ok: checking <= 20,
    },
  ];
}

async function xbau(data: Json): Promise<Buffer> {
  const { program } = bauantrag.templates.get('zustellung')!.get('xbau')!;
  const submission = {
    submissionId: crypto.randomUUID(),
    caseId: crypto.randomUUID(),
    leistung: bauantrag.leistung,
    ars: '081155002015',
    receivedAt: new Date().toISOString(),
    schema: bauantrag.schema,
  };
  const message = await program.run({ data, parameters: {}, registers: {}, submission });
  const account = parameters.parse({
    baseUrl: 'https://xta.example.org',
    clientCertificate: 'c',
    clientKey: 'k',
    service: 'urn:example:dienst',
    author: 'bap:080000000000',
    authorName: 'Portal',
    reader: 'bab:081150000000',
    readerName: 'Amt',
  });
  return draft(delivery({ message, format: 'xml' }), account, { key: 'k', attempt: 1, now: new Date() }).composed.xml;
}

/** Bytes by which a process of its own grows while it sends the attachment. */
async function memory(): Promise<number> {
  const target = await fixtures[''].start({ startFake });
  const child = fork(join(root, 'dist/test/bench/xta-sender.js'), { serialization: 'json' });
  child.send({ values: target.values, size });
  const [said] = (await once(child, 'message')) as [{ grown: number }];
  await target.close();
  return said.grown;
}
