import { detoursIn } from './detours.js';
import { type Import, importsOf } from './imports.js';

/**
 * What each library may see of the others: only what stands above it. Nothing later in the way imports anything
 * earlier.
 */
export const sees: Record<string, string[]> = {
  settings: [],
  submission: [],
  fim: [],
  problems: [],
  telemetry: [],
  xoev: ['submission', 'settings'],
  regions: ['settings'],
  access: ['problems', 'regions', 'settings'],
  intake: ['submission', 'problems'],
  adapters: ['submission', 'xoev'],
  'adapter-host': ['submission', 'settings', 'xoev', 'adapters'],
  processes: ['submission', 'settings', 'fim', 'problems', 'intake', 'adapters', 'adapter-host'],
  broker: ['submission'],
  store: ['submission', 'settings'],
  parameters: ['submission', 'settings', 'problems', 'regions', 'adapters', 'adapter-host', 'store'],
  'schema-import': [
    ...['submission', 'settings', 'problems', 'fim', 'adapters', 'adapter-host', 'processes', 'store', 'parameters'],
  ],
  'access-log': ['submission', 'processes', 'store'],
  pipeline: [
    ...['submission', 'settings', 'telemetry', 'adapters', 'adapter-host', 'processes', 'broker', 'store'],
    ...['regions', 'parameters', 'access-log'],
  ],
  evidence: ['submission', 'store', 'pipeline'],
  operator: [
    ...['submission', 'settings', 'adapters', 'adapter-host', 'processes', 'store', 'parameters', 'access-log'],
    'pipeline',
  ],
  launch: ['settings', 'telemetry', 'adapters', 'adapter-host', 'broker', 'store', 'parameters'],
};

/** Who alone may import a package, by the beginning of the path. */
export const keepers: Record<string, string[]> = {
  amqplib: ['libs/broker/', 'test/integration/broker.test.ts', 'test/bench/bare'],
  pg: ['libs/store/', 'test/bench/bare'],
  'node-pg-migrate': ['libs/store/'],
  '@nestjs/': [
    ...['apps/', 'test/'],
    ...['libs/access/guard', 'libs/broker/transport', 'libs/problems/filter', 'libs/problems/understand'],
    ...['libs/telemetry/controller', 'libs/telemetry/nest'],
  ],
};

/** `libs/adapters/README.md` and `contract.ts` say it in these words, and {@link adapterRooms} holds it. */
export const adapterSees =
  'An adapter sees `contract.ts`, `tools/`, the words of `libs/submission`, the messages of `libs/xoev` and its own ' +
  'folder, and nothing else of Stellwerk; its fixtures and its fake also see `kit/`.';

/**
 * The rooms of `libs/adapters`; whatever is no other room is an adapter, whose own folder is `@`. The first that fits
 * counts.
 */
export const adapterRooms: { room: RegExp; sees: string[] }[] = [
  { room: /^libs\/adapters\/[^/]+\.ts$/, sees: ['libs/adapters/contract.ts', 'libs/submission/', 'libs/xoev/'] },
  {
    room: /^libs\/adapters\/tools\//,
    sees: ['libs/adapters/contract.ts', 'libs/adapters/tools/', 'libs/submission/', 'libs/xoev/'],
  },
  {
    room: /^libs\/adapters\/kit\//,
    sees: ['libs/adapters/contract.ts', 'libs/adapters/tools/', 'libs/adapters/kit/', 'libs/submission/', 'libs/xoev/'],
  },
  {
    room: /^libs\/adapters\/.+\/(?:fixtures?|fake)\b/,
    sees: [
      ...['@', 'libs/adapters/contract.ts', 'libs/adapters/tools/', 'libs/submission/', 'libs/xoev/'],
      'libs/adapters/kit/',
    ],
  },
  {
    room: /^libs\/adapters\//,
    sees: ['@', 'libs/adapters/contract.ts', 'libs/adapters/tools/', 'libs/submission/', 'libs/xoev/'],
  },
];

/** Who may after all, and why. */
export const excused: Record<string, string> = {
  'libs/adapters/echo/adapter.ts Zeit': 'its pause is a parameter, and obeys context.signal',
  'libs/adapters/mail/client.ts Zeit': 'a polite farewell to the mail server waits a second at most',
  'libs/adapters/mail/client.ts Verbindungen':
    'only the list of root certificates; the socket comes from context.connect',
  'libs/adapters/tools/certificates.ts Verbindungen': 'TLS over the socket that context.connect gave',
  'libs/adapters/tools/certificates.ts Zeit': 'a handshake that never ends is cut off',
  'libs/adapters/tools/document.ts Dateien': 'fonts out of a package, once per process',
  'libs/adapters/tools/document.ts Module': 'where that package lies',
};

/** The files of the way, in its order: each imports only files that stand before it. */
export const way = [
  ...['texts', 'grouped', 'batches', 'wake-loop', 'ran-with', 'judge', 'relay', 'slots', 'pulse', 'departures'],
  ...['worker', 'lease', 'accept', 'target'],
  ...['claim', 'question', 'resolve', 'note', 'run', 'attach', 'keep', 'probe', 'open-lane', 'host', 'lane', 'record'],
  ...['writes', 'gone', 'sweep', 'inform', 'pipeline'],
].map((verb) => `libs/pipeline/${verb}.ts`);

/** German sentences: who imports what it must not see. `files`: path from the root → source. */
export function trespasses(files: Map<string, string>): string[] {
  return [...files].flatMap(([file, source]) => [
    ...(ofAdapter(file) ? detoursOf(file, source) : []),
    ...importsOf(file, source).flatMap((one) => {
      const reason = forbids(file, one);
      return reason ? [`${file} importiert ${one.name}: ${reason}`] : [];
    }),
  ]);
}

/**
 * What goes round the context of an adapter in its sources, German sentences. Fixtures, fakes and the kit are targets,
 * so they may.
 */
export function detoursOf(file: string, source: string): string[] {
  if (/(?:\/|-)(?:fixtures?|fakes?)\b|\.test\.[tj]s$/.test(file)) return [];
  return detoursIn(source)
    .filter((rule) => !excused[`${file} ${rule.split(' ')[0]}`])
    .map((rule) => `${file}: ${rule}.`);
}

const ofAdapter = (file: string) => /^libs\/adapters\/(?!kit\/)[^/]+\/.+\.ts$/.test(file);

function forbids(file: string, { target }: Import): string | undefined {
  const keeper = Object.entries(keepers).find(([name]) => target === name || target.startsWith(slashed(name)));
  if (keeper && !keeper[1].some((start) => file.startsWith(start)))
    return `${keeper[0]} gehört ${keeper[1].join(', ')}.`;
  if (file.startsWith('test/') || file.endsWith('.test.ts')) return undefined;
  if (target.startsWith('test/')) return 'Was läuft, braucht keine Tests.';
  const [kind, name] = file.split('/') as [string, string];
  const [targetKind, targetName] = target.split('/') as [string, string];
  if (targetKind === 'apps' && (kind !== 'apps' || targetName !== name)) return 'Anwendungen sieht niemand.';
  if (kind !== 'libs' || targetKind !== 'libs') return undefined;
  if (!sees[name]) return `libs/${name} steht nicht in der Tabelle (test/check/boundaries.ts).`;
  if (name === 'adapters') return adapterForbids(file, target);
  if (targetName !== name && !sees[name].includes(targetName)) return `libs/${name} sieht libs/${targetName} nicht.`;
  return wayForbids(file, target);
}

function adapterForbids(file: string, target: string): string | undefined {
  const own = file.split('/').slice(0, 3).join('/');
  const { sees } = adapterRooms.find(({ room }) => room.test(file))!;
  if (sees.some((seen) => target.startsWith(seen === '@' ? `${own}/` : seen))) return undefined;
  return 'Ein Adapter sieht den Vertrag, die Werkzeuge, seinen eigenen Ordner und sonst nichts von Stellwerk.';
}

function wayForbids(file: string, target: string): string | undefined {
  const [from, to] = [way.indexOf(file), way.indexOf(target)];
  if (from < 0 && file.startsWith('libs/pipeline/'))
    return 'Die Datei steht nicht auf dem Weg (test/check/boundaries.ts).';
  return to > from && from >= 0 ? 'Auf dem Weg sieht nichts, was nach ihm kommt.' : undefined;
}

const slashed = (name: string) => (name.endsWith('/') ? name : `${name}/`);
