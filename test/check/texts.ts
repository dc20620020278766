import { parseSync } from 'oxc-parser';

/** A German text for people: where it stands, and what it says (`…` for what is filled in). */
export interface Text {
  file: string;
  line: number;
  text: string;
}

/** Why these files hold texts and nothing else, or texts beside what they are about. The first that fits counts. */
const homes: [RegExp, string][] = [
  [/(?:^|\/)texts(?:\/[\w-]+)?\.ts$/, 'one file per part, to be read through and corrected'],
  [/^libs\/submission\/events\.ts$/, 'a table of nothing but texts: every event of a submission'],
  [/^libs\/submission\/words\.ts$/, 'data: the words of which causes consist'],
  [/^libs\/problems\/codes\.ts$/, 'a table: each error code with its title'],
  [/^libs\/adapters\/.+\/adapter\.ts$/, 'the manifest: title, summary and attributes beside what they describe'],
  [/^libs\/adapters\/.+\/parameters\.ts$/, 'each parameter with what it means and what is wrong with a value'],
  [/^apps\/simulator\/registers\/(?:persons|companies|vehicles)\.ts$/, 'invented people, companies and vehicles'],
  [/^apps\/simulator\/demo\/submissions\.ts$/, 'the cast of the demonstration'],
  [/^bin\/stellwerk\.mjs$/, 'runs before anything is compiled, so it imports nothing'],
  [
    /^apps\/gateway\/openapi(?:-\w+)?\.ts$/,
    'the contract with the portal: each sentence beside the shape it describes',
  ],
  [/^libs\/fim\/sampling\/[\w-]+\.ts$/, 'data: words and letters that samples are made of'],
  [/^libs\/adapters\/handelsregister\/answers\.ts$/, "data: the register's own words"],
  [/^libs\/launch\/new-adapter\.ts$/, 'data: the kind of a town in regions.csv'],
];

/**
 * A text that is an argument of these documents exactly the definition that it stands at: moved away, both would lose
 * their meaning.
 */
const documents = new Set([
  ...['describe', 'meta', 'register'], // zod: a parameter, a setting, a field of a body
  ...['ApiOperation', 'ApiTags', 'ApiQuery', 'ApiParam', 'ApiProperty', 'ApiResponse', 'ApiBody', 'ApiHeader'],
  // commander
  ...['description', 'summary', 'option', 'requiredOption', 'argument', 'addHelpText', 'command', 'helpOption'],
  ...['helpCommand', 'Option', 'Argument'],
]);

const letters = /[äöüßÄÖÜ„“]/;
const functionWords =
  'der das dem des ein eine einen einem einer nicht kein keine keinen und oder ist sind wird werden wurde haben kann ' +
  'mit ohne von vom zum zur bei beim nach aus auf noch schon nur sich Sie Bitte gilt fehlt gibt ' +
  'Der Die Das Ein Eine Es Kein Keine';
const words = new RegExp(`(?:^|[^\\p{L}])(?:${functionWords.replaceAll(' ', '|')})(?=$|[^\\p{L}])`, 'u');

/** German enough to be for people: an umlaut or a German quotation mark, or a German function word among others. */
const isGerman = (text: string) => letters.test(text) || (/\p{L} \p{L}/u.test(text) && words.test(text));

interface Node {
  type: string;
  start: number;
  [field: string]: unknown;
}

/**
 * Every German text of a source, in its order; `stray` are those that stand neither in a file of texts nor at a
 * definition.
 */
export function textsOf(file: string, source: string): { texts: Text[]; stray: Text[] } {
  const isHome = homes.some(([pattern]) => pattern.test(file));
  const texts: Text[] = [];
  const stray: Text[] = [];
  const note = (start: number, text: string, documented: boolean) => {
    if (!isGerman(text)) return;
    const found = { file, line: source.slice(0, start).split('\n').length, text };
    texts.push(found);
    if (!isHome && !documented) stray.push(found);
  };
  const walk = (value: unknown, documented: boolean): void => {
    if (Array.isArray(value)) for (const one of value) walk(one, documented);
    if (!isNode(value) || value.type === 'ImportDeclaration') return;
    if (value.type === 'Literal' && typeof value['value'] === 'string') note(value.start, value['value'], documented);
    if (value.type === 'TemplateLiteral') note(value.start, templateText(value), documented);
    const within = documented || describes(value);
    for (const [field, inner] of Object.entries(value))
      if (field !== 'quasis') walk(inner, field === 'callee' ? documented : within);
  };
  walk(parseSync(file, source, { lang: 'ts' }).program, false);
  return { texts, stray };
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;

function templateText(node: Node): string {
  const quasis = node['quasis'] as { value: { cooked: string } }[];
  return quasis.map(({ value }) => value.cooked).join('…');
}

/** A call of one of {@link documents}, or the member `description` of a JSON Schema. */
function describes(node: Node): boolean {
  if (node.type === 'Property') return (node['key'] as Node)['name'] === 'description';
  return (node.type === 'CallExpression' || node.type === 'NewExpression') && documents.has(calleeOf(node) ?? '');
}

/** `describe` of `z.string().describe(…)`, `ApiOperation` of `@ApiOperation(…)`. */
function calleeOf(call: Node): string | undefined {
  const callee = call['callee'] as Node;
  const name = callee.type === 'MemberExpression' ? (callee['property'] as Node) : callee;
  return typeof name['name'] === 'string' ? name['name'] : undefined;
}

/** What runs and speaks German; tests, fixtures and what plays a counterpart speak as they must. */
export function speaks(file: string): boolean {
  return (
    /^(?:apps|libs|bin)\/.+\.(?:ts|mjs)$/.test(file) &&
    !/\.test\.ts$|\.d\.ts$|\/kit\/|(?:\/|-)(?:fixtures?|fakes?)\b/.test(file)
  );
}

/** `npm run check -- --texts`: all of them, by part, for somebody who reads them through. */
export function listTexts(files: Map<string, string>): string {
  return [...files]
    .filter(([file]) => speaks(file))
    .flatMap(([file, source]) => {
      const { texts } = textsOf(file, source);
      return texts.length ? [[file, ...texts.map(({ line, text }) => `  ${line}: ${text}`)].join('\n')] : [];
    })
    .join('\n\n');
}

/** German sentences that stand where nobody would look for them. */
export function strayTexts(files: Map<string, string>): string[] {
  return [...files]
    .filter(([file]) => speaks(file))
    .flatMap(([file, source]) => textsOf(file, source).stray)
    .map(({ file, line, text }) => `${file}:${line}: „${text.slice(0, 60)}“ gehört in eine texts.ts.`);
}
