import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { catalogue } from '#fim/catalogue.js';
import { diffSchemas, type SchemaChange } from '#fim/diff.js';
import { type FimError } from '#fim/errors.js';
import { decodeXml, encodeXml } from '#fim/instance-xml.js';
import type { JsonObject } from '#fim/json.js';
import { toJsonSchema } from '#fim/json-schema.js';
import { type CodeList, noLists, openListFolder, readCodeList } from '#fim/lists.js';
import type { Schema } from '#fim/model.js';
import { type Finding, type Reading, readSchema } from '#fim/read.js';
import { type Report, report } from '#fim/report.js';
import { nearMisses, sample } from '#fim/sample.js';
import { toTypeScript } from '#fim/typescript.js';
import { compileValidator } from '#fim/validator.js';
import { root } from '#settings/root.js';
import { facts, show, table } from './show.js';

interface ListOptions {
  lists?: string;
  list: Record<string, CodeList>;
  json?: boolean;
}

const codes = 'Rückgabewert: 0 in Ordnung, 1 beanstandet, 2 Datei oder Aufruf nicht lesbar.';

/** `stellwerk fim …`: FIM schemas without a running system. */
export function registerFim(program: Command): void {
  const fim = program
    .command('fim')
    .description('FIM-Stammdatenschemata (XDatenfelder 2.0 und 3.0.0) prüfen und umwandeln');
  fim.addHelpText('after', `\n${codes}`);

  withLists(fim.command('check <dateien...>'))
    .description('lesen und berichten, wie viel davon geprüft wird')
    .option('--json', 'als JSON')
    .action((files: string[], options: ListOptions) => checkAll(files, options));

  withLists(fim.command('convert <datei>'))
    .description('in JSON Schema 2020-12 oder TypeScript umwandeln')
    .option('--to <format>', 'json-schema oder typescript', 'json-schema')
    .option('--keywords', 'lange Listen und Wertgrenzen mit eigenen Schlüsselwörtern statt ausgeschrieben')
    .action((file: string, options: ListOptions & { to: string; keywords?: boolean }) => {
      const schema = open(file, options);
      if (options.to === 'typescript') return write(toTypeScript(schema));
      if (options.to !== 'json-schema')
        return refuse(`Das Format „${options.to}“ gibt es nicht: json-schema oder typescript.`);
      write(JSON.stringify(toJsonSchema(schema, { lists: options.keywords ? 'keyword' : 'enum' }), null, 2));
    });

  withLists(fim.command('sample <datei>'))
    .description('ein gültiges Beispiel erzeugen, oder lauter knapp ungültige')
    .option('--seed <zahl>', 'gleiche Zahl, gleiches Beispiel', whole, 1)
    .option('--fill <anteil>', 'wie viele freiwillige Angaben, 0 bis 1', share, 0.5)
    .option('--near-misses', 'Beispiele, die je eine Vorgabe verletzen, mit dem erwarteten Fehler')
    .option('--xml', 'als XML')
    .action(
      (file: string, options: ListOptions & { seed: number; fill: number; nearMisses?: boolean; xml?: boolean }) => {
        const schema = open(file, options);
        if (options.nearMisses) return write(JSON.stringify(nearMisses(schema, options), null, 2));
        const instance = sample(schema, options);
        write(options.xml ? encodeXml(schema, instance) : JSON.stringify(instance, null, 2));
      },
    );

  withLists(fim.command('validate <schema> <formular>'))
    .description('ein ausgefülltes Formular (JSON oder XML) gegen ein Schema prüfen')
    .option('--json', 'als JSON')
    .action((file: string, filled: string, options: ListOptions) => {
      const schema = open(file, options);
      const { errors, value } = compileValidator(schema).validate(instanceOf(schema, filled));
      show({ valid: errors.length === 0, errors, value }, options, (answer) => errorList(answer.errors));
      process.exitCode = errors.length === 0 ? 0 : 1;
    });

  withLists(fim.command('diff <alt> <neu>'))
    .description('was Absender an einer neuen Fassung ändern müssen')
    .option('--json', 'als JSON')
    .action((old: string, young: string, options: ListOptions) => {
      const changes = diffSchemas(open(old, options), open(young, options));
      show(changes, options, changeList);
      process.exitCode = changes.some((change) => change.breaking) ? 1 : 0;
    });

  withLists(fim.command('catalogue <datei>'))
    .description('Feldkatalog als Tabelle (Markdown)')
    .option('--html', 'als HTML')
    .action((file: string, options: ListOptions & { html?: boolean }) =>
      write(catalogue(open(file, options), options.html ? 'html' : 'markdown')),
    );
}

const withLists = (command: Command): Command =>
  command
    .option('--lists <ordner>', 'Ordner mit Codelisten (genericode)')
    .option('--list <URN=datei>', 'eine Codeliste ausdrücklich binden (mehrfach möglich)', bindList);

function bindList(value: string, bound: Record<string, CodeList> = {}): Record<string, CodeList> {
  const at = value.lastIndexOf('=');
  if (at < 1) throw new InvalidArgumentError('Erwartet wird URN=DATEI.');
  try {
    return { ...bound, [value.slice(0, at)]: readCodeList(readFileSync(value.slice(at + 1))) };
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function whole(value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError('Erwartet wird eine ganze Zahl.');
  return Number(value);
}

function share(value: string): number {
  const number = Number(value);
  if (!(number >= 0 && number <= 1)) throw new InvalidArgumentError('Erwartet wird eine Zahl von 0 bis 1.');
  return number;
}

function checkAll(files: string[], options: ListOptions): void {
  const lists = folder(options);
  const answers = files.map((file, i) => {
    if (files.length > 1 && process.stderr.isTTY) process.stderr.write(`\r${i + 1}/${files.length} ${file}\x1b[K`);
    const reading = readSchema(load(file), { lists, bind: options.list });
    return { file, ...answerOf(reading) };
  });
  if (files.length > 1 && process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  show(answers.length === 1 ? answers[0] : answers, options, () => answers.map(reportText).join('\n\n'));
  if (answers.some((answer) => !answer.readable)) process.exitCode = 1;
}

const answerOf = ({ model, findings }: Reading) =>
  model === undefined ? { readable: false, findings } : { readable: true, ...report(model, findings) };

function reportText(answer: { file: string; readable: boolean; findings: Finding[] } & Partial<Report>): string {
  const { positions, constraints, rules, lists } = answer;
  const head = facts([
    ['Datei', answer.file],
    ['Ergebnis', answer.readable ? 'lesbar' : 'abgewiesen'],
    ['Schema', answer.schema && `${answer.schema} ${answer.label} (XDatenfelder ${answer.standard})`],
    [
      'Freigabe',
      answer.released === undefined
        ? ''
        : answer.released
          ? 'freigegeben'
          : `nicht freigegeben (Status ${answer.status})`,
    ],
    [
      'Stellen',
      positions &&
        `${positions.fields} Felder, ${positions.groups} Gruppen, ${positions.mandatory} verpflichtend, ${positions.labels} Hinweise`,
    ],
    ['Geprüft', constraints && rules && `${constraints.checked} Vorgaben an Feldern, ${rules.checked} Regeln`],
    [
      'Nicht geprüft',
      constraints && rules && `${constraints.unchecked.length} Muster, ${rules.unchecked.length} Regeln`,
    ],
  ]);
  const unchecked = [...(constraints?.unchecked ?? []), ...(rules?.unchecked ?? [])];
  return [
    head,
    lists?.length
      ? table(
          ['Codeliste', 'Verlangt', 'Wie', 'Einträge'],
          lists.map((list) => [list.versionUri, list.version ?? '(aktuelle)', words[list.how], list.size]),
        )
      : '',
    ...unchecked.map(({ id, position, reason }) => told(`Nicht geprüft: ${id}`, position, shorten(reason))),
    ...answer.findings.map(findingText),
  ]
    .filter(Boolean)
    .join('\n');
}

const words = { pinned: 'wie verlangt', newest: 'neueste, jetzt festgelegt', bound: 'ausdrücklich gebunden' };
const shorten = (text: string) => (text.length > 100 ? `${text.slice(0, 99)}…` : text);

/** A heading and an indented sentence. */
const told = (what: string, where: string, sentence: string) =>
  `${[what, where].filter(Boolean).join('  ')}\n    ${sentence.replace(/\s+/g, ' ')}`;

const findingText = ({ severity, code, position, element, message }: Finding) =>
  told(`${severity === 'error' ? 'Fehler' : 'Hinweis'} ${code}`, position ?? element ?? '', message);

const errorList = (errors: FimError[]) =>
  errors.length === 0
    ? 'Das Formular ist gültig.'
    : errors.map((e) => told(`${e.code}  ${e.pointer}`, e.label, e.message)).join('\n');

const changeList = (changes: SchemaChange[]) =>
  changes.length === 0
    ? 'Für Absender ändert sich nichts.'
    : changes
        .map((change) => told(change.breaking ? 'anpassen' : 'zur Kenntnis', change.path, change.message))
        .join('\n');

function open(file: string, options: ListOptions): Schema {
  const { model, findings } = readSchema(load(file), { lists: folder(options), bind: options.list });
  if (model !== undefined) return model;
  process.stderr.write(`${findings.map(findingText).join('\n')}\n`);
  return refuse(`${file} wurde abgewiesen.`, 1);
}

function folder({ lists }: ListOptions) {
  const dir = lists ?? join(root, 'schemas', 'lists');
  if (existsSync(dir)) return openListFolder(dir);
  return lists === undefined ? noLists : refuse(`Den Ordner ${dir} gibt es nicht.`);
}

function instanceOf(schema: Schema, file: string): JsonObject {
  const text = load(file).toString('utf8');
  try {
    return text.trimStart().startsWith('<') ? decodeXml(schema, text) : JSON.parse(text);
  } catch (error) {
    return refuse(error instanceof SyntaxError ? `${file} ist kein JSON.` : `${file}: ${(error as Error).message}`);
  }
}

function load(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return refuse(`Die Datei ${file} ist nicht lesbar.`);
  }
}

const write = (text: string) => void process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);

function refuse(message: string, code = 2): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
