/** What `npm run adapter:test` says. */
export const texts = {
  usage: [
    'npm run adapter:test <adapter> [-- --watch] [--report <datei>]',
    'prüft einen Adapter mit der Vertrags-Suite, ohne Datenbank und Broker:',
    '  <adapter>    ein Ordner von libs/adapters, der Name eines installierten Pakets oder sein Ordner (./…, /…)',
    '  --watch      prüft noch einmal, sobald sich im Ordner des Adapters etwas ändert; Strg-C beendet es',
    '  --report     schreibt das Ergebnis als eine Seite (HTML, deutsch), auch für Papier',
    'Exit-Code: 0 alles bestanden, 1 etwas gescheitert, 2 falscher Aufruf',
  ].join('\n'),
  nameMissing: 'Es fehlt, welcher Adapter geprüft werden soll.',
  unexpected: (argument: string) => `„${argument}“ ist hier zu viel.`,
  fileMissing: '--report braucht den Namen einer Datei.',
  reportInside: 'Der Bericht darf nicht im Ordner des Adapters liegen: Er nennt die Prüfsumme dieses Ordners.',
  noFolder: (folder: string) => `${folder}: diesen Ordner gibt es nicht.`,
  unknown: (name: string, known: string) =>
    `„${name}“ ist weder ein Adapter noch ein installiertes Paket. Es gibt ${known}.\n` +
    'Ein Paket in einem Ordner beginnt mit ./ oder /.',

  begins: (title: string, id: string, version: string, contract: string) =>
    `${title} (${id} ${version}), Vertrag ${contract}`,
  failed: 'Gescheitert:',
  notLoaded: 'Der Adapter lässt sich nicht laden.',
  notTried: 'Die Prüfungen konnten nicht beginnen.',
  place: (place: string) => `bei ${place}`,
  count: (passed: number, failed: number, seconds: string) =>
    `${passed} bestanden, ${failed} gescheitert, ${seconds} s`,
  written: (file: string) => `Bericht: ${file}`,
} as const;

/** What stands on the report. */
export const page = {
  title: (title: string) => `Prüfbericht: ${title}`,
  passed: (count: number) => `Bestanden: alle ${count} Prüfungen der Vertrags-Suite.`,
  failed: (failed: number, count: number) => `Nicht bestanden: ${failed} von ${count} Prüfungen sind gescheitert.`,
  facts: {
    adapter: 'Adapter',
    version: 'Version',
    kind: 'Art',
    contract: 'Vertrag',
    stellwerk: 'Stellwerk',
    node: 'Node.js',
    date: 'Geprüft am',
    hash: 'SHA-256 der Dateien',
  },
  kinds: { fachverfahren: 'Fachverfahren: nimmt Sendungen an', register: 'Register: gibt Auskunft' },
  clock: (date: string) => `${date} (koordinierte Weltzeit, UTC)`,
  cannot: 'Was Adapter und Ziel nach eigener Angabe nicht können',
  cannotNothing: 'Nichts: Der Adapter nennt keine Einschränkung.',
  capabilities: {
    find: 'Nach einer verlorenen Antwort kann das Ziel nicht gefragt werden; ein Mensch entscheidet.',
    render: 'Es gibt keine Vorschau dessen, was gesendet wird.',
    status: 'Das Ziel antwortet nicht später: Einen Stand und Antworten holt der Adapter nicht.',
    idempotentTarget: 'Das Ziel erkennt einen Auftrag, der zweimal kommt, nicht selbst wieder.',
  },
  volatile: (part: string, why: string) => `Jedes Mal anders gesendet wird: ${part}. ${why}`,
  withoutTarget: (way: string, why: string) => `${way} ist nicht gegen ein Ziel geprüft. ${why}`,
  untried: (way: string, what: string, why: string) => `${way}: nicht geprüft ist ${what}. ${why}`,
  parameter: (name: string) => `der Parameter ${name}`,
  troubles: {
    down: 'eine Verbindung, die abbricht',
    hang: 'ein Ziel, das nicht antwortet',
    'commit-then-hang': 'ein Ziel, das annimmt und nicht antwortet',
    'commit-then-fail': 'ein Ziel, das annimmt und einen Fehler meldet',
    garbage: 'eine unsinnige Antwort',
    huge: 'eine riesige Antwort',
    bomb: 'eine böswillige XML-Antwort',
    busy: 'ein Ziel, das überlastet ist',
    refuse: 'ein Ziel, das die Angaben ablehnt',
    unauthorized: 'eine abgelehnte Anmeldung',
    forbidden: 'eine fehlende Berechtigung',
    attachments: 'eine Anlage',
    large: 'eine Anlage von 20 MiB',
  } as Record<string, string>,
  cases: 'Prüfungen',
  headings: ['Prüfung', 'Ergebnis'],
  result: { passed: 'bestanden', failed: 'gescheitert' },
  how: 'Wie die Prüfsumme entsteht',
  hashed:
    'Über alle Dateien im Ordner des Adapters, ohne node_modules und .git, in der Reihenfolge ihrer Namen: für jede ' +
    'eine Zeile aus ihrer SHA-256, zwei Leerzeichen und ihrem Pfad; die SHA-256 dieser Zeilen ist die Prüfsumme. ' +
    'In diesem Ordner nachgerechnet wird sie so:',
  tried:
    'Geprüft wurde auf einem Rechner gegen eine Nachbildung des Ziels, die mit dem Adapter kommt. Was die Prüfungen ' +
    'bedeuten und worauf sich ein Adapter verlassen kann, beschreiben libs/adapters/README.md und ' +
    'docs/adapter-contract.md von Stellwerk.',
};
