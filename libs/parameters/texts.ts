/** What municipalities and operators read about parameters. No text holds a value. */
export const texts = {
  unknownRegion: (region: string) => `Die Region ${region.slice(0, 20)} gibt es in Baden-Württemberg nicht.`,
  unknownParameter: 'Weder ein Adapter noch der Prozess dieser Leistung kennt einen Parameter dieses Namens.',
  onlyLand:
    'Diesen Parameter setzt nur das Land (Region 08), für alle: Mit einem Register sind alle Gemeinden über ' +
    'dieselbe Adresse und dieselben Zugangsdaten verbunden.',
  unstorable: 'Der Wert enthält Zeichen, die sich nicht speichern lassen (NUL oder halbe Surrogate).',
  invalidValue: (title: string, message: string) => `Der Wert passt nicht zu „${title}“: ${message}`,
  endBeforeStart: 'Das Ende der Gültigkeit muss nach ihrem Beginn liegen.',
  endBeforeStartField: 'Muss nach validFrom liegen',
  alreadyInherits: (name: string) => `${name} ist hier nicht gesetzt und erbt bereits.`,
  readFirst: 'Bitte zuerst lesen und den ETag als If-Match mitsenden, damit niemand eine fremde Änderung überschreibt.',
  changedMeanwhile: 'Dieser Parameter wurde inzwischen von jemand anderem geändert; bitte neu lesen.',
  regionTooLarge: 'Bitte eine Gemeinde, einen Verband oder einen Kreis nennen (12, 9 oder 5 Ziffern).',
  secretUnreadable: (name: string) =>
    `Der geheime Parameter ${name} lässt sich nicht entschlüsseln: ` +
    'In STELLWERK_KEY oder im Datenordner fehlt der Schlüssel, mit dem er gespeichert wurde.',
  /** Definitions that no manifest and no process writes. */
  definition: {
    fachverfahren: 'Fachverfahren',
    register: 'Register',
    adapterThatDelivers: 'Der Adapter, der hier die Anträge zustellt.',
    adapterThatInforms: 'Der Adapter, der hier Auskunft gibt.',
    version: (adapter: string, newest: string) => `Version des Adapters ${adapter}; ohne Wert die neueste (${newest})`,
    template: 'Vorlage des Prozesses für die Nachricht; ohne Wert seine Nachricht als JSON',
    answerDays: 'Nach so vielen Tagen ohne Neues wird auf eine Antwort nicht mehr gewartet; ohne Wert gilt ANSWER_DAYS',
    slots: 'So viele Aufrufe dieser Gemeinde laufen höchstens zugleich; ohne Wert so viele, wie das Ziel verträgt',
    callsPerMinute:
      'So viele Aufrufe dieser Gemeinde beginnen höchstens in einer Minute; ohne Wert gibt es keine Grenze',
    hasTemplates: (names: string[]) => `Diese Leistung hat die Vorlagen ${names.join(', ')}`,
    hasNoTemplates: 'Diese Leistung hat keine Vorlagen',
  },
} as const;
