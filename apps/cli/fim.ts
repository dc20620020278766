import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { catalogue } from '#fim/catalogue.js';
import { diffSchemas } from '#fim/diff.js';
import { encodeXml } from '#fim/instance-xml.js';
import { toJsonSchema } from '#fim/json-schema.js';
import { type CodeList, readCodeList } from '#fim/lists.js';
import type { ReadOptions } from '#fim/reading/options.js';
import { report } from '#fim/report.js';
import { nearMisses, sample, Unsatisfiable } from '#fim/sample.js';
import { toTypeScript } from '#fim/typescript.js';
import { compileValidator } from '#fim/validator.js';
import { printable } from '#launch/printable.js';
import {
  type BesideOptions,
  openInstance,
  openList,
  openSchema,
  readFile,
  readOptionsOf,
  refuse,
} from './fim/files.js';
import { type CheckedFile, changeList, errorList, listText, reportText } from './fim/print.js';
import { texts } from './fim/texts.js';
import { show } from './show.js';

/** `stellwerk fim …`: FIM schemas without a running system. */
export function registerFim(program: Command): void {
  const fim = program
    .command('fim')
    .description('FIM-Stammdatenschemata (XDatenfelder 2.0 und 3.0.0) prüfen und umwandeln');
  fim.addHelpText('after', `\n${texts.exitCodes}`);
  registerCheck(fim);
  registerConvert(fim);
  registerSample(fim);
  registerValidate(fim);
  registerDiff(fim);
  registerCatalogue(fim);
  registerList(fim);
}

interface JsonFlag {
  json?: boolean;
}

function registerCheck(fim: Command): void {
  withBeside(fim.command('check <dateien...>'))
    .description('lesen und berichten, wie viel davon geprüft wird')
    .option('--json', 'als JSON')
    .action((files: string[], options: BesideOptions & JsonFlag) => {
      if (options.rules !== undefined && files.length > 1) return refuse(texts.rulesOfOne);
      const readOptions = readOptionsOf(options);
      const answers = files.map((file, i) => {
        showProgress(files, i);
        return checked(file, readOptions);
      });
      clearProgress(files);
      show(answers.length === 1 ? answers[0] : answers, options, () => answers.map(reportText).join('\n\n'));
      if (answers.some(({ readable, unfillable = [] }) => !readable || unfillable.length > 0)) process.exitCode = 2;
    });
}

function checked(file: string, options: ReadOptions): CheckedFile {
  const { model, findings } = readFile(file, options);
  return model === undefined
    ? { file, readable: false, findings }
    : { file, readable: true, ...report(model, findings) };
}

function showProgress(files: string[], i: number): void {
  progress(files, `${i + 1}/${files.length} ${printable(files[i]!)}`);
}

function clearProgress(files: string[]): void {
  progress(files, '');
}

/** Overwrites the line. Bytes are not guarded. */
function progress(files: string[], text: string): void {
  if (files.length > 1 && process.stderr.isTTY) process.stderr.write(Buffer.from(`\r${text}\x1b[K`));
}

function registerConvert(fim: Command): void {
  withBeside(fim.command('convert <datei>'))
    .description('in JSON Schema 2020-12 oder TypeScript umwandeln')
    .option('--to <format>', 'json-schema oder typescript', 'json-schema')
    .option('--keywords', 'lange Listen und Wertgrenzen mit eigenen Schlüsselwörtern statt ausgeschrieben')
    .action((file: string, options: BesideOptions & { to: string; keywords?: boolean }) => {
      const schema = openSchema(file, options);
      if (options.to === 'typescript') return write(toTypeScript(schema));
      if (options.to !== 'json-schema') return refuse(texts.unknownFormat(options.to));
      write(JSON.stringify(toJsonSchema(schema, { lists: options.keywords ? 'keyword' : 'enum' }), null, 2));
    });
}

interface SampleFlags {
  seed: number;
  fill: number;
  nearMisses?: boolean;
  xml?: boolean;
}

function registerSample(fim: Command): void {
  withBeside(fim.command('sample <datei>'))
    .description('ein gültiges Beispiel erzeugen, oder lauter knapp ungültige')
    .option('--seed <zahl>', 'gleiche Zahl, gleiches Beispiel', whole, 1)
    .option('--fill <anteil>', 'wie viele freiwillige Angaben, 0 bis 1', share, 0.5)
    .option('--near-misses', 'Beispiele, die je eine Vorgabe verletzen, mit dem erwarteten Fehler')
    .option('--xml', 'als XML')
    .action((file: string, options: BesideOptions & SampleFlags) => {
      const schema = openSchema(file, options);
      if (options.nearMisses)
        return write(
          JSON.stringify(
            satisfied(() => nearMisses(schema, options)),
            null,
            2,
          ),
        );
      const instance = satisfied(() => sample(schema, options));
      write(options.xml ? encodeXml(schema, instance) : JSON.stringify(instance, null, 2));
    });
}

/** Ends the process where nobody could fill in the form. */
function satisfied<T>(draw: () => T): T {
  try {
    return draw();
  } catch (error) {
    if (error instanceof Unsatisfiable) return refuse(texts.noForm(error.unsatisfied));
    throw error;
  }
}

function registerValidate(fim: Command): void {
  withBeside(fim.command('validate <schema> <formular>'))
    .description('ein ausgefülltes Formular (JSON oder XML) gegen ein Schema prüfen')
    .option('--json', 'als JSON')
    .action((file: string, filled: string, options: BesideOptions & JsonFlag) => {
      const schema = openSchema(file, options);
      const { errors, value } = compileValidator(schema).validate(openInstance(schema, filled));
      show({ valid: errors.length === 0, errors, value }, options, (answer) => errorList(answer.errors));
      process.exitCode = errors.length === 0 ? 0 : 1;
    });
}

function registerDiff(fim: Command): void {
  withBeside(fim.command('diff <alt> <neu>'))
    .description('was Absender an einer neuen Fassung ändern müssen')
    .option('--old-rules <datei>', 'zusätzliche Regeln zur alten Fassung; --rules sind die zur neuen')
    .option('--json', 'als JSON')
    .action((old: string, now: string, options: BesideOptions & JsonFlag & { oldRules?: string }) => {
      const { oldRules, rules: _, ...lists } = options;
      const before = { ...lists, ...(oldRules !== undefined && { rules: oldRules }) };
      const changes = diffSchemas(openSchema(old, before), openSchema(now, options));
      show(changes, options, changeList);
      process.exitCode = changes.some((change) => change.breaking) ? 1 : 0;
    });
}

function registerCatalogue(fim: Command): void {
  withBeside(fim.command('catalogue <datei>'))
    .description('Feldkatalog als Tabelle (Markdown)')
    .option('--html', 'als HTML')
    .action((file: string, options: BesideOptions & { html?: boolean }) =>
      write(catalogue(openSchema(file, options), options.html ? 'html' : 'markdown')),
    );
}

function registerList(fim: Command): void {
  fim
    .command('list <datei>')
    .description('eine Codeliste (genericode) zeigen: Fassung, Spalten, Einträge')
    .option('--most <zahl>', 'wie viele Einträge höchstens', whole, 50)
    .option('--json', 'als JSON')
    .action((file: string, options: JsonFlag & { most: number }) =>
      show(openList(file), options, (list) => listText(list, options.most)),
    );
}

const withBeside = (command: Command): Command =>
  command
    .option('--lists <ordner>', 'Ordner mit Codelisten (genericode)')
    .option('--list <URN=datei>', 'eine Codeliste ausdrücklich binden (mehrfach möglich)', bindList)
    .option('--rules <datei>', 'zusätzliche Regeln zum Schema, die Regeln aus Text umsetzen (JSON)');

function bindList(value: string, bound: Record<string, CodeList> = {}): Record<string, CodeList> {
  const at = value.lastIndexOf('=');
  if (at < 1) throw new InvalidArgumentError(texts.expected.binding);
  try {
    return { ...bound, [value.slice(0, at)]: readCodeList(readFileSync(value.slice(at + 1))) };
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function whole(value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError(texts.expected.whole);
  return Number(value);
}

function share(value: string): number {
  const number = Number(value);
  if (!(number >= 0 && number <= 1)) throw new InvalidArgumentError(texts.expected.share);
  return number;
}

const write = (text: string) => void process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
