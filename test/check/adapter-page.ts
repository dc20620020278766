import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { boundSetOf, metaOf } from '#adapter-host/bind.js';
import { deadlineOf, findableWithinOf } from '#adapter-host/call.js';
import { majorOf, versionsOf } from '#adapter-host/load.js';
import type { Adapter, Manifest } from '#adapters/contract.js';
import { root } from '#settings/root.js';

/** Where an adapter's page lies. */
export const pageFile = (id: string) => join(root, 'docs/adapters', `${id}.md`);

/** Compares every adapter's page with what is generated. Returns the ids that differ, after writing them if told to. */
export async function stalePages(adapters: Map<string, Adapter>, options: { write: boolean }): Promise<string[]> {
  const stale: string[] = [];
  for (const [id, adapter] of adapters) {
    const page = await pageOf(adapter);
    if ((await readFile(pageFile(id), 'utf8').catch(() => '')) === page) continue;
    stale.push(id);
    if (options.write) await writeFile(pageFile(id), page);
  }
  return stale;
}

/** An adapter's page in Markdown and in German, for those who configure it: its manifest, then its README. */
export async function pageOf(adapter: Adapter): Promise<string> {
  const { id, title, summary, dataCategories, legalBasis, attributes } = adapter.manifest;
  const readme = await readFile(join(root, 'libs/adapters', id, 'README.md'), 'utf8');
  const introduction = readme.replace(/\]\((?![a-z]+:|#)/g, `](../../libs/adapters/${id}/`).trim();
  const parts = [
    `<!-- Generated from libs/adapters/${id}; change it there, then run npm run check -- --write -->`,
    `# ${title} (\`${id}\`)`,
    summary,
    facts(adapter),
    '## Parameter',
    parameterTable(adapter),
    ...boundSetText(adapter.manifest),
    ...(attributes ? ['## Wonach gefragt werden kann', attributeTable(attributes)] : []),
    '## Ergebnisse',
    table(['Ergebnis', 'Bedeutung'], outcomes(adapter.manifest)),
    '## Personenbezogene Daten',
    dataCategories.length > 0
      ? `${dataCategories.join(' · ')}. Rechtsgrundlage: ${legalBasis}.`
      : `Keine. Rechtsgrundlage: ${legalBasis}`,
    introduction.startsWith('#') ? introduction : `## Was er tut\n\n${introduction}`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function facts(adapter: Adapter): string {
  const { version, kind, accepts, protocols, formats, trustLevel } = adapter.manifest;
  const earlier = (adapter.earlier ?? []).map(({ manifest }) => manifest.version);
  return table(
    ['', ''],
    [
      ['Version', [version, ...earlier].join(', daneben ')],
      ['Spricht', protocols.join(', ')],
      ...(formats ? [['Schreibt', formats.join(', ')]] : []),
      ...(trustLevel ? [['Gefragt wird erst ab dem Vertrauensniveau', trustLevel]] : []),
      ['Art', kind === 'register' ? 'Register: gibt Auskunft' : 'Fachverfahren: nimmt Sendungen an'],
      ['Leistungen', accepts.includes('*') ? 'alle' : accepts.join(', ')],
      ['Ein Aufruf dauert höchstens', seconds(deadlineOf(adapter))],
      ...(kind === 'register' ? [] : deliveryFacts(adapter)),
    ],
  );
}

function deliveryFacts(adapter: Adapter): string[][] {
  const { capabilities, volatile = {}, refusesWith = {} } = adapter.manifest;
  return [
    [
      'Nach einer verlorenen Antwort',
      capabilities.find
        ? `wird das Zielsystem gefragt, ${seconds(findableWithinOf(adapter))} nach dem Ende des Aufrufs`
        : 'entscheidet ein Mensch',
    ],
    [
      'Derselbe Schlüssel zweimal',
      capabilities.idempotentTarget
        ? 'ist im Zielsystem eine Wirkung'
        : 'kann zwei Wirkungen haben: Das Zielsystem kennt keinen Schlüssel',
    ],
    ['Vorschau', previewOf(adapter.manifest)],
    ...Object.entries(volatile).map(([part, why]) => [`Jedes Mal anders: ${part}`, why]),
    ...Object.entries(refusesWith).map(([status, why]) => [`HTTP ${status} heißt: nichts geschehen`, why]),
    ['Antwortet später', capabilities.status ? 'wird nach dem Stand gefragt' : 'nein'],
  ];
}

function previewOf({ capabilities, volatile }: Manifest): string {
  if (!capabilities.render) return 'keine';
  return volatile ? 'die genauen Bytes, bis auf die Teile hierunter' : 'die genauen Bytes';
}

const attributeTable = (attributes: Record<string, string>) =>
  table(
    ['Angabe', 'Bedeutung'],
    Object.entries(attributes).map(([name, title]) => [code(name), title]),
  );

/** The contract's closed list, as far as this adapter can end in it. */
function outcomes({ kind, capabilities, parameters, protocols }: Manifest): string[][] {
  const isRegister = kind === 'register';
  const configurable = Object.keys(parameters.shape).length > 0;
  const maySend = !isRegister && !protocols.includes('keines');
  return [
    ...(isRegister
      ? [
          ['found', 'Das Register weiß es; weitergegeben wird nur, wonach gefragt wurde.'],
          ['notFound', 'Das Register weiß es nicht.'],
          ['ambiguous', 'Das Register hat mehrere Treffer; nichts davon wird weitergegeben.'],
        ]
      : [['delivered', 'Das Zielsystem hat die Sendung und hat ein Kennzeichen genannt.']]),
    ...(capabilities.status
      ? [['pending', 'Das Zielsystem hat sie und antwortet später; es wird nach dem Stand gefragt.']]
      : []),
    [
      'rejected',
      isRegister
        ? 'Das Register weist die Frage zurück; sie wird nicht wiederholt.'
        : 'Das Zielsystem nimmt die Angaben nicht an; ein Mensch entscheidet.',
    ],
    ['later', 'Überlastet, gestört oder nicht da; es wird in wachsenden Abständen wieder versucht.'],
    ...(configurable ? [['misconfigured', 'Ein Parameter stimmt nicht; die Lane schließt und nennt ihn.']] : []),
    ...(maySend
      ? [
          [
            'unknown',
            capabilities.find
              ? 'Gesendet, und keine verlässliche Antwort: Vor dem nächsten Senden wird das Zielsystem gefragt.'
              : 'Gesendet, und keine verlässliche Antwort: Ein Mensch entscheidet.',
          ],
        ]
      : []),
  ].map(([outcome = '', ...meaning]) => [code(outcome), ...meaning]);
}

function boundSetText(manifest: Manifest): string[] {
  const { parameters, level } = boundSetOf(manifest);
  if (parameters.length < 2) return [];
  const names = parameters.map((key) => code(`${manifest.id}.${key}`)).join(', ');
  const setBy = level === 'land' ? ' Nur das Land setzt sie, für alle Gemeinden.' : '';
  return [
    `**Ein Satz, der nur als Ganzes geerbt wird:** ${names}. ` +
      `Wer einen dieser Parameter setzt, erbt keinen der übrigen und setzt selbst alle, die er braucht.${setBy}`,
  ];
}

function parameterTable(adapter: Adapter): string {
  const { manifest } = adapter;
  const schema = z.toJSONSchema(manifest.parameters, { io: 'input' }) as JsonSchema;
  const rows = Object.entries(schema.properties ?? {}).map(([key, property]) => [
    code(`${manifest.id}.${key}`),
    `${property.description}${metaOf(manifest.parameters.shape[key] as z.ZodType).secret ? ' (geheim)' : ''}`,
    typeOf(property),
    defaultOf(property, schema.required?.includes(key) ?? false),
  ]);
  const all = [...rows, ...coreRows(adapter)];
  return all.length > 0 ? table(['Name', 'Bedeutung', 'Typ', 'Vorgabe'], all) : 'Keine.';
}

function defaultOf({ default: value }: Property, isRequired: boolean): string {
  if (isRequired) return 'Pflicht';
  return value === undefined ? 'optional' : code(value);
}

/** The parameters that the core adds to the adapter's own. */
function coreRows(adapter: Adapter): string[][] {
  const { id, formats, capabilities } = adapter.manifest;
  const [newest = '', ...older] = versionsOf(adapter).map(({ manifest }) => code(majorOf(manifest)));
  return [
    ...(older.length > 0
      ? [[code(`${id}.version`), 'Welche Version des Adapters gilt', [newest, ...older].join(', '), newest]]
      : []),
    ...(formats
      ? [[code(`${id}.template`), 'Welche Vorlage des Prozesses die Nachricht macht', 'Text', 'optional']]
      : []),
    ...(capabilities.status
      ? [
          [
            code(`${id}.answerDays`),
            'Nach wie vielen Tagen ohne Neues eine Antwort ausbleibt',
            'ganze Zahl',
            'optional',
          ],
        ]
      : []),
    [code(`${id}.slots`), 'Aufrufe einer Gemeinde, die höchstens zugleich laufen', 'ganze Zahl', 'optional'],
    [
      code(`${id}.callsPerMinute`),
      'Aufrufe einer Gemeinde, die höchstens in einer Minute beginnen',
      'ganze Zahl',
      'optional',
    ],
  ];
}

interface Property {
  type?: string;
  description?: string;
  enum?: string[];
  format?: string;
  minimum?: number;
  maximum?: number;
  default?: string | number;
}

interface JsonSchema {
  properties?: Record<string, Property>;
  required?: string[];
}

const types: Record<string, string> = {
  string: 'Text',
  number: 'Zahl',
  integer: 'ganze Zahl',
  boolean: 'ja oder nein',
  array: 'Liste',
  object: 'Objekt',
};

function typeOf({ type = '', enum: choices, format, minimum, maximum }: Property): string {
  if (choices) return choices.map(code).join(', ');
  if (format === 'uri') return 'URL';
  const name = types[type] ?? type;
  return minimum !== undefined && maximum !== undefined ? `${name}, ${decimal(minimum)} bis ${decimal(maximum)}` : name;
}

const code = (value: string | number) => `\`${value}\``;
const decimal = (value: number) => String(value).replace('.', ',');
const seconds = (milliseconds: number) => `${decimal(milliseconds / 1000)} s`;

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
