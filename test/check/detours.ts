import { builtinModules } from 'node:module';

/** Modules of Node.js that only compute. All others go round the context of an adapter. */
const computing = new Set([
  'assert',
  'buffer',
  'crypto',
  'events',
  'path',
  'querystring',
  'stream',
  'string_decoder',
  'url',
  'util',
  'zlib',
]);
const files = new Set(['fs']);
const time = new Set(['timers']);
const output = new Set(['console']);
const loading = new Set(['module', 'vm', 'repl']);

const rules = {
  files: 'Dateien nur über context.folder',
  network: 'Verbindungen nur über context.http und context.connect',
  settings: 'Einstellungen nur als Parameter',
  time: 'Zeit nur über context.now, context.deadline und context.signal',
  output: 'Ausgaben nur über context.log',
  loading: 'Module nur mit ihrem Namen im import',
};

/** Names that need no import. They count wherever they stand, so that another name for them helps nobody. */
const names: [rule: string, pattern: RegExp][] = [
  [rules.network, /(?<![.\w$])(?:fetch|WebSocket|EventSource|XMLHttpRequest)(?![\w$])(?!\s*:)/],
  [rules.settings, /\bprocess\s*(?:\?\.|\.)\s*(?:env|argv|cwd|chdir)\b/],
  [rules.time, /(?<![.\w$])(?:setTimeout|setInterval|setImmediate)(?![\w$])|\bAbortSignal\s*\.\s*timeout\b/],
  [rules.time, /\bAtomics\b|\bDate\s*\.\s*now\b|\bnew\s+Date\s*(?:\(\s*\)|(?![\w$\s(]))|\bperformance\s*\.\s*now\b/],
  [rules.output, /(?<![.\w$])console(?![\w$])(?!\s*:)|\bprocess\s*(?:\?\.|\.)\s*std(?:out|err|in)\b/],
  [rules.loading, /\bcreateRequire\b|(?<![.\w$])(?:require|eval)\s*\(|\bnew\s+Function\b|(?<![.\w$])global(?:This)?\b/],
  [rules.loading, /\bgetBuiltinModule\b|\bprocess\s*(?:\?\.)?\[|\bimport\s*\((?!\s*(['"`])[^'"`$]*\1\s*\))/],
];

/** What goes round the context of an adapter in this source: it would have no deadline, no hosts, no redaction. */
export function detoursIn(source: string): string[] {
  const code = withoutComments(source);
  const bare = code.replace(strings, (text) => (text.startsWith('`') ? text : `${text[0]}${text[0]}`));
  const found = [
    ...modulesIn(code).flatMap((name) => ruleOf(name) ?? []),
    ...names.filter(([rule, pattern]) => pattern.test(patternText(rule, code, bare))).map(([rule]) => rule),
  ];
  return [...new Set(found)];
}

/** What may be imported is read from the strings; other names are none there. */
const patternText = (rule: string, code: string, bare: string) => (rule === rules.loading ? code : bare);

const strings = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g;

const withoutComments = (source: string) =>
  source.replace(new RegExp(`(${strings.source})|//[^\\n]*|/\\*[\\s\\S]*?\\*/`, 'g'), (_, text = ' ') => text);

/** Every module that is imported for more than its types. */
const modulesIn = (code: string): string[] =>
  [...code.matchAll(/\b(import|export)\b(\s+type\b)?(?:[\s\w$*{},]*?\bfrom)?\s*\(?\s*(['"`])([^'"`\n]+)\3/g)].flatMap(
    ([, , type, , name]) => (type ? [] : [name!]),
  );

function ruleOf(specifier: string): string | undefined {
  if (specifier === 'undici') return rules.network;
  const name = specifier.replace(/^node:/, '');
  const [module = ''] = name.split('/');
  if (!specifier.startsWith('node:') && !builtinModules.includes(name)) return undefined;
  if (module === '' || computing.has(module)) return undefined;
  if (files.has(module)) return rules.files;
  if (time.has(module)) return rules.time;
  if (output.has(module)) return rules.output;
  return loading.has(module) ? rules.loading : rules.network;
}
