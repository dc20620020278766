/** What operators read when a schema is imported or withdrawn. Days are German (`31.12.2026`). */
export const texts = {
  file: {
    listUnreadable: (urn: string, reason: string) => `Die Codeliste für ${urn} ist nicht lesbar: ${reason}`,
    missingLists: (names: string[]) =>
      `${names.length === 1 ? 'Es fehlt die Codeliste' : 'Es fehlen die Codelisten'} ${names.join(', ')}. ` +
      'Bitte mitgeben (--list URN=DATEI).',
    listInVersion: (uri: string, version: string) => `${uri} in Version ${version}`,
    unreadable: 'Die Datei ist nicht lesbar.',
    withMore: (message: string, more: number) => (more > 0 ? `${message} (und ${more} weitere)` : message),
    workingCopy: 'Das Schema ist eine Arbeitskopie ohne Version und lässt sich nicht übernehmen.',
    noSchema: 'Die Datei enthält kein Stammdatenschema (Nachricht 0102), sondern nur eine Gruppe oder ein Feld.',
    unusedList: (urn: string) => `Die mitgegebene Codeliste ${urn} verlangt kein Feld.`,
  },
  notReleased: (schema: string, status: string | undefined) =>
    `Das Schema ${schema} ist nicht freigegeben (Status ${status}). ` +
    'Übernommen werden 5 und 6, in XDatenfelder 2.0 „aktiv“; alles andere nur ausdrücklich und mit Grund.',
  reasonMissing: 'Wer ein Schema übernimmt, das nicht freigegeben ist, nennt den Grund (reason).',
  otherContent: (schema: string) =>
    `Das Schema ${schema} gibt es hier schon mit anderem Inhalt. Was geändert ist, braucht eine neue Version.`,
  otherRules: (schema: string, version: string) =>
    `Zum Schema ${schema} gibt es die Regeln hier schon in Fassung ${version} mit anderem Inhalt. ` +
    'Was geändert ist, braucht eine neue Fassung.',
  otherList: (schema: string, urn: string) =>
    `Das Schema ${schema} ist hier schon mit einer anderen Fassung der Codeliste ${urn} übernommen.`,
  tooBusy: 'Gerade ändern andere Parameter oder Schemata; bitte gleich noch einmal.',
  plan: {
    dayInPast: (day: string) => `Der ${day} liegt in der Vergangenheit; möglich ist ab heute.`,
    noProcessUses: (schemaId: string) => `Kein Prozess verwendet das Schema ${schemaId}; bitte die Leistung nennen.`,
    otherStart: (leistung: string, day: string) =>
      `Für ${leistung} ist dieses Schema schon ab ${day} übernommen; ` +
      'der Tag lässt sich nicht mehr ändern, nur zurückziehen.',
    alreadyUsed: (schema: string, leistung: string, version: string) =>
      `Das Schema ${schema} gehört schon zum Prozess ${leistung} ${version}.`,
    notNewer: (version: string, inUse: string | undefined) =>
      `Die Fassung ${version} ist nicht neuer als die vorhandene` +
      `${inUse === undefined ? '' : `; in Gebrauch ist ${inUse}`}.`,
    /** A version of added rules. */
    withRules: (version: string | undefined) => (version === undefined ? '' : ` mit Regeln in Fassung ${version}`),
    otherFile: (schema: string) =>
      `Das Schema ${schema} liegt dem Prozess schon bei, und die mitgegebene Datei sagt anderes. ` +
      'Was geändert ist, braucht eine neue Version.',
    otherSchema: (leistung: string, schemaId: string) =>
      `Die Leistung ${leistung} hat einen eigenen Prozess mit dem Schema ${schemaId}; ` +
      'ein anderes Schema braucht einen anderen Prozess.',
    universalHasNoRegion: 'Der Universalprozess gilt überall, nicht für eine Region.',
    olderComesLater: (day: string, leistung: string, version: string) =>
      `Ab ${day} ist für ${leistung} die ältere Fassung ${version} vorgesehen; ` +
      'sie würde diese wieder ablösen. Bitte zuerst zurückziehen.',
    process: (leistung: string, title: string) => ` zum Prozess ${leistung} (${title})`,
    unfit: (schema: string, process: string, message: string) =>
      `Das Schema ${schema} passt nicht${process}: ${message}`,
  },
  withdraw: {
    dayInPast: (day: string) => `Der ${day} liegt in der Vergangenheit; zurückziehen lässt sich ab heute.`,
    notImported: 'Dieses Schema ist nicht übernommen, oder nicht für diese Leistung und Region.',
  },
} as const;
