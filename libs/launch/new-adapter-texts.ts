/** What `npm run adapter:new` says. */
export const texts = {
  usage: [
    'npm run adapter:new <name> [-- --kind fachverfahren|register] [--package <ordner>] [--dry-run]',
    'macht einen Adapter, der die Prüfungen besteht und in der Vorführung ist:',
    '  --kind       fachverfahren (wenn nichts gesagt ist) nimmt Sendungen an, register gibt Auskunft',
    '  --package    als Paket außerhalb, in diesem Ordner; ADAPTER_PACKAGES lädt es',
    '  --dry-run    zeigt die Dateien und schreibt nichts',
  ].join('\n'),

  badName: (id: string) =>
    `„${id}“ geht nicht als Name: kleine Buchstaben, Ziffern und einzelne Bindestriche, vorn ein Buchstabe.`,
  exists: (folder: string) => `${folder} gibt es schon.`,
  notEmpty: (folder: string) => `${folder} gibt es schon und ist nicht leer.`,
  nameMissing: 'Es fehlt ein Name.',
  unexpected: (argument: string) => `„${argument}“ ist hier zu viel.`,
  valueMissing: (option: string) => `${option} braucht einen Wert.`,
  badKind: '--kind ist fachverfahren oder register.',

  wouldMake: 'Das entstünde:',
  made: (folder: string) => `${folder} ist da:`,
  tryIt: (setting: string) => `${setting}npm test -- contract     prüft ihn mit jedem Fehler, den es gibt`,
  writePage: (id: string) => `npm run check -- --write     schreibt docs/adapters/${id}.md`,
  startIt: (setting: string) => `${setting}npm start                zeigt ihn in der Vorführung`,
} as const;
