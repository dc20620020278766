import { dirname, join } from 'node:path';

/** What each library may see of the others: only what stands above it. Nothing later in the way imports anything earlier. */
export const sees: Record<string, string[]> = {
  settings: [],
  submission: [],
  fim: [],
  problems: [],
  telemetry: [],
  xoev: ['submission', 'settings'],
  regions: ['settings'],
  access: ['problems', 'regions'],
  intake: ['submission', 'problems'],
  adapters: ['submission', 'settings', 'xoev'],
  processes: ['submission', 'settings', 'fim', 'problems', 'intake', 'adapters'],
  broker: ['submission'],
  store: ['submission', 'settings'],
  parameters: ['submission', 'settings', 'problems', 'regions', 'adapters', 'store'],
  schemas: ['submission', 'settings', 'problems', 'fim', 'adapters', 'processes', 'store', 'parameters'],
  'access-log': ['submission', 'processes', 'store'],
  pipeline: [
    ...['submission', 'settings', 'telemetry', 'adapters', 'processes', 'broker', 'store', 'parameters'],
    'access-log',
  ],
  ground: ['settings', 'adapters', 'broker', 'store'],
};

/** Who alone may import a package, by the beginning of the path. */
const keepers: Record<string, string[]> = {
  amqplib: ['libs/broker/', 'test/integration/broker.test.ts'],
  pg: ['libs/store/'],
  'node-pg-migrate': ['libs/store/'],
  '@nestjs/': [
    ...['apps/', 'test/'],
    ...['libs/access/guard', 'libs/broker/transport', 'libs/problems/filter', 'libs/problems/understand'],
    ...['libs/telemetry/controller', 'libs/telemetry/nest'],
  ],
};

/** An adapter sees this of the folder above its own; its fixture also `kit/`. */
const open = [
  'libs/adapters/certificates.js',
  'libs/adapters/contract.js',
  'libs/adapters/document.js',
  'libs/adapters/formats.js',
  'libs/adapters/kept.js',
  'libs/adapters/outcomes.js',
];

/** What goes round the context of an adapter: it would have no deadline, no list of hosts, no redaction. */
const detours: Record<string, RegExp> = {
  'Dateien nur über context.folder': /^import (?!type\b)[^;]*'(?:node:)?fs(?:\/promises)?'/m,
  'Verbindungen nur über context.http und context.connect':
    /^import (?!type\b)[^;]*'(?:(?:node:)?(?:net|https?|http2|tls|dgram|dns|child_process|worker_threads)|undici)'|\bfetch\(/m,
  'Einstellungen nur als Parameter': /\bprocess\.env\b/,
  'Zeit nur über context.deadline und context.signal': /\bset(?:Timeout|Interval)\(|'(?:node:)?timers(?:\/promises)?'/,
};

/** Who may after all, and why. */
const excused: Record<string, string> = {
  'libs/adapters/echo/adapter.ts Zeit': 'its pause is a parameter, and obeys context.signal',
  'libs/adapters/mail/session.ts Zeit': 'a polite farewell to the mail server waits a second at most',
  'libs/adapters/mail/session.ts Verbindungen':
    'only the list of root certificates; the socket comes from context.connect',
};

const imports = /(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g;

/** German sentences: who imports what it must not see. `files`: path from the root → source. */
export function trespasses(files: Map<string, string>): string[] {
  return [...files].flatMap(([file, source]) => [
    ...detoursOf(file, source),
    ...[...source.matchAll(imports)].flatMap(([, name]) => {
      const reason = forbids(file, resolve(file, name!));
      return reason ? [`${file} importiert ${name}: ${reason}`] : [];
    }),
  ]);
}

/** Fixtures and fakes are targets, so they may. */
function detoursOf(file: string, source: string): string[] {
  if (!/^libs\/adapters\/(?!kit\/)[^/]+\/.+\.ts$/.test(file) || /(?:\/|-)(?:fixtures?|fakes?)\b|\.test\.ts$/.test(file))
    return [];
  return Object.entries(detours)
    .filter(([rule, pattern]) => pattern.test(source) && !excused[`${file} ${rule.split(' ')[0]}`])
    .map(([rule]) => `${file}: ${rule}.`);
}

/** `#broker/link.js` and `./link.js` are both `libs/broker/link.js`. */
function resolve(file: string, name: string): string {
  if (name.startsWith('#')) return `libs/${name.slice(1)}`;
  return name.startsWith('.') ? join(dirname(file), name) : name;
}

function forbids(file: string, target: string): string | undefined {
  const keeper = Object.entries(keepers).find(([name]) => target === name || target.startsWith(slashed(name)));
  if (keeper && !keeper[1].some((start) => file.startsWith(start)))
    return `${keeper[0]} gehört ${keeper[1].join(', ')}.`;
  if (file.startsWith('test/') || file.endsWith('.test.ts')) return undefined;
  if (target.startsWith('test/')) return 'Was läuft, braucht keine Tests.';
  const [kind, name, inner] = file.split('/') as [string, string, string];
  const [targetKind, targetName] = target.split('/') as [string, string];
  if (targetKind === 'apps' && (kind !== 'apps' || targetName !== name)) return 'Anwendungen sieht niemand.';
  if (kind !== 'libs' || targetKind !== 'libs') return undefined;
  if (!sees[name]) return `libs/${name} steht nicht in der Tabelle (test/check/boundaries.ts).`;
  if (targetName !== name && !sees[name].includes(targetName)) return `libs/${name} sieht libs/${targetName} nicht.`;
  if (name === 'adapters' && file.split('/').length > 3 && inner !== 'kit') return adapterForbids(file, inner, target);
  return undefined;
}

function adapterForbids(file: string, folder: string, target: string): string | undefined {
  if ([`adapters/${folder}`, 'adapters/place', 'submission', 'xoev'].some((seen) => target.startsWith(`libs/${seen}/`)))
    return undefined;
  if (open.includes(target) || (/\/(fixtures|fake)\.ts$/.test(file) && target.startsWith('libs/adapters/kit/')))
    return undefined;
  return 'Ein Adapter sieht den Vertrag, seinen eigenen Ordner und sonst nichts von Stellwerk.';
}

const slashed = (name: string) => (name.endsWith('/') ? name : `${name}/`);
