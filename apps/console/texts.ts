/** Everything the console says to people; what describes a route (OpenAPI) stands beside the route. */
export const texts = {
  databaseNeeded: 'DATABASE_URL ist nötig; „npm start“ setzt sie.',
  databaseAnswers: 'PostgreSQL antwortet',

  /** What is wrong with one field of a request. */
  fields: {
    uuid: 'Eine UUID',
    idOrNumber:
      'Eine UUID oder eine Nummer wie SW-7K4M-93XT; ' +
      'diese ist nicht richtig abgeschrieben: ein Zeichen ist falsch, fehlt oder ist vertauscht',
    regionDigits: 'Regionalschlüssel: nur Ziffern',
    regionPrefix: 'Regionalschlüssel oder sein Anfang: 2, 3, 5, 9 oder 12 Ziffern',
    leistung: 'Leistungsschlüssel: 14 Ziffern, 99 zuerst',
    leistungOrAll: 'Leistungsschlüssel (14 Ziffern, 99 zuerst) oder *',
    parameterName: 'Name eines Parameters',
    text: 'Text ohne Steuerzeichen',
    unstorable: 'Enthält Zeichen, die sich nicht speichern lassen',
    sentenceTooShort: 'Mindestens drei Zeichen',
    reasonMissing: 'Bitte einen Grund nennen',
    valueMissing: 'Der Wert fehlt',
    day: 'Ein Tag wie 2027-01-01',
    moment: 'Zeitpunkt nach ISO 8601: ein Tag (2027-01-01) oder eine Zeit; ohne Zone gilt Europe/Berlin',
    age: 'Zeitspanne wie 90m, 72h, 3d oder Zeitpunkt nach ISO 8601',
    cursor: 'Kein Lesezeichen dieser Liste',
    pseudonym: 'Das Pseudonym, wie es POST /api/v1/access-log/person nennt',
    schemaId: 'Kennung eines Stammdatenschemas',
    schemaVersion: 'Version eines Stammdatenschemas',
    codeListUrn: 'Kennung einer Codeliste',
    schemaFile: 'Die Schemadatei fehlt',
  },

  request: {
    notJson: 'Die Anfrage ist kein JSON in UTF-8.',
    schemaMediaTypes: 'Angenommen werden multipart/form-data und application/json.',
    schemaPartMissing: 'Der Teil „schema“ mit der Schemadatei fehlt.',
  },

  notFound: {
    region: 'Diese Region gibt es in Baden-Württemberg nicht.',
    adapter: 'Einen Adapter dieses Namens gibt es nicht.',
    submission: 'Diesen Antrag gibt es nicht.',
    task: 'Diese Aufgabe gibt es nicht.',
    stray: 'Diese Nachricht steht nicht (mehr) auf der Liste.',
    lane: 'Diese Lane gibt es nicht.',
    replay: 'Diesen Auftrag gibt es nicht.',
    mandate: 'Dieses Mandat gibt es nicht.',
    schema: 'Dieses Schema ist hier nicht übernommen.',
  },

  noMunicipalityToSearch: 'Nach Personen sucht nur eine Gemeinde, oder wem sie ein Mandat für Inhalte gegeben hat.',
  submissionOfOtherClient: 'Dieser Antrag kam von einem anderen Client.',

  deadLetters: {
    notDead: (state: string) => `Diese Aufgabe ist nicht (mehr) aufgegeben; ihr Stand ist „${state}“.`,
    inDoubt:
      'Ob dieser Antrag angekommen ist, kann der Adapter nicht nachsehen. ' +
      'Erst den Zweifel klären (resolve): angekommen oder nicht.',
    notInDoubt:
      'Bei dieser Aufgabe gibt es keinen Zweifel zu klären; erneut zustellen (replay) oder verwerfen (discard).',
  },

  replays: {
    impossibleNow: (state: string) => `Bei einem Auftrag im Stand „${state}“ geht das nicht.`,
    nothingMatches: 'Auf diesen Filter passt keine Aufgabe, die sich erneut zustellen lässt.',
  },

  mandates: {
    untilPassed: '„until“ ist ein Tag (2027-12-31) oder eine Zeit, und liegt in der Zukunft.',
    revokedBefore: 'Dieses Mandat ist schon widerrufen.',
  },

  laneIsOpen: 'Die Lane ist offen; es gibt nichts zu prüfen.',

  parameterNoLongerSet: 'nicht mehr gesetzt',

  adapterVersionUnknown: 'Diese Version des Adapters gibt es nicht.',

  /** What the access log says about looking at a delivery. */
  shownOfDelivery: ['Antragsdaten', 'Anlagen'],

  accessLog: {
    personMissing: 'Es fehlt „person“: das Pseudonym, nach dem gefragt wird.',
    reasonMissing: 'Es fehlt „reason“: warum gefragt wird.',
    onlyOwnEntries: 'Das Zugriffsprotokoll zeigt jeder Person nur ihre eigenen Einträge.',
    kinds: { lookup: 'Abruf', view: 'Einsicht' },
    /** An authority's question, as the log itself records it. */
    question: {
      attribute: 'Zugriffsprotokoll',
      purpose: 'Auskunft oder Kontrolle',
      legalBasis: 'Art. 15 DSGVO; § 9 Abs. 2 IDNrG',
    },
    outcomes: {
      found: 'Auskunft erteilt',
      notFound: 'nicht gefunden',
      pending: 'Auskunft steht aus',
      other: 'keine Auskunft',
    },
  },
} as const;
