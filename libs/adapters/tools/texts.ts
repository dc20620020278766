/** What the tools say to people: in connection tests, reasons and documents. */
export const texts = {
  certificates: {
    notPem: 'Das ist kein Zertifikat im PEM-Format.',
    certificateMissing: 'Zum Schlüssel fehlt das Zertifikat.',
    keyMissing: 'Zum Zertifikat fehlt der Schlüssel.',
    keyNotPem: 'Das ist kein unverschlüsselter Schlüssel im PEM-Format.',
    keyDoesNotFit: 'Der Schlüssel passt nicht zum Zertifikat.',
    notYetValid: (date: string) => `Das Zertifikat gilt erst ab ${date}.`,
    expired: (date: string) => `Das Zertifikat ist am ${date} abgelaufen.`,
    authorityExpired: (date: string) => `Das Zertifikat der Zertifizierungsstelle ist am ${date} abgelaufen.`,
    validUntil: (date: string) => `Das Zertifikat gilt bis ${date}.`,
    authorityValidUntil: (date: string) => `Das Zertifikat der Zertifizierungsstelle gilt bis ${date}.`,
    expiresSoon: (date: string) => `Achtung: Das Zertifikat gilt nur noch bis ${date}.`,
    authorityExpiresSoon: (date: string) =>
      `Achtung: Das Zertifikat der Zertifizierungsstelle gilt nur noch bis ${date}.`,
  },

  /** What kept an encrypted connection from being made. Each is followed by the error's code and a full stop. */
  tls: {
    certificateDemanded: 'Das Zielsystem verlangt ein Client-Zertifikat',
    certificateRefused: 'Das Zielsystem nimmt das Client-Zertifikat nicht an',
    targetExpired: 'Das Zertifikat des Zielsystems ist abgelaufen',
    targetOtherName: 'Das Zertifikat des Zielsystems gilt nicht für diesen Rechnernamen',
    targetNotTrusted: 'Dem Aussteller des Zertifikats, das das Zielsystem vorzeigt, wird nicht vertraut',
    other: 'Die verschlüsselte Verbindung kommt nicht zustande',
  },

  /** What an HTTP answer without a success means. */
  refusals: {
    credentials: 'Das Zielsystem nimmt die Zugangsdaten nicht an.',
    path: 'Das Zielsystem kennt die Adresse nicht.',
    busy: 'Das Zielsystem ist überlastet oder gestört.',
    data: 'Das Zielsystem hat die Angaben abgelehnt.',
    notUnderstood: 'Das Zielsystem hat unverständlich geantwortet.',
  },

  csv: {
    noRows: 'Eine CSV-Nachricht ist eine Liste von Zeilen, mindestens einer.',
    nested: (column: string) => `Die Spalte ${column} nimmt nur einfache Werte auf.`,
    otherColumns: 'Alle Zeilen einer CSV-Nachricht haben dieselben Spalten.',
  },

  document: {
    replacedCharacters:
      'Zeichen, die die Schrift dieses Dokuments nicht enthält, stehen als [U+…]. ' +
      'In den Daten, aus denen es gemacht ist, stehen sie unverändert.',
    pageNumber: (page: number, pages: number) => `Seite ${page} von ${pages}`,
  },
} as const;
