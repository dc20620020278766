/** What people read, in German. It names no person and quotes nothing of a message. */
export const texts = {
  tooLarge: 'Die Sendung ist für XTA zu groß.',
  replaced: (count: number) => `${count} Zeichen sind ersetzt, weil der Standard sie nicht kennt.`,
  lapsed: (title: string, version: string) => `${title} ${version} gilt heute nicht.`,
  notSentUnchecked: (reason: string) => `Ungeprüft: ${reason}`,
  sentUnchecked: (reason: string) => `Nicht gegen das Schema geprüft: ${reason}`,
  noAnswer: 'Der XTA-Server hat nicht geantwortet.',
  unreadableAnswer: 'Der XTA-Server hat unverständlich geantwortet.',
  notTransported: 'Der XTA-Server konnte die Nachricht nicht zustellen.',

  /** The connection test. */
  check: {
    connected: 'Der XTA-Server antwortet.',
    active: 'Das XTA-Konto ist aktiv.',
    notReady: 'Der XTA-Server ist nicht bereit.',
    box: (count: number) =>
      `Im Postfach ${count === 1 ? 'liegt 1 Nachricht' : `liegen ${count === 0 ? 'keine' : count} Nachrichten`}.`,
    noBox: 'Das Postfach des XTA-Kontos antwortet nicht.',
    checkedBy: (standards: string) => `Vor dem Senden geprüft wird: ${standards}.`,
    unchecked: 'Nachrichten gehen ungeprüft hinaus: Schemas der Standards liegen nicht vor (XOEV_SCHEMAS).',
  },

  /** The subject of a message with an application-specific extension. */
  withExtension: (title: string) => `${title} (Angaben zum Vorhaben in der anwendungsspezifischen Erweiterung)`,

  /** What a SOAP fault means, by the numbers of `urn:de:xta:webservice:codeliste:fehlernummer` 1.0. */
  fault: {
    '9000': 'Der XTA-Server meldet einen Fehler ohne nähere Angabe.',
    '9010': 'Das Client-Zertifikat ist abgelaufen.',
    '9011': 'Das XTA-Konto ist gesperrt.',
    '9012': 'Das XTA-Konto gibt es nicht.',
    '9013': 'Der Dienst ist für dieses XTA-Konto nicht gebucht.',
    '9014': 'Das Client-Zertifikat passt nicht zum Absender.',
    '9020': 'Dem XTA-Server fehlt eine Angabe.',
    '9021': 'Der XTA-Server nimmt eine URI nicht an.',
    '9022': 'Die Angaben zu Empfänger und Dienst passen für den XTA-Server nicht zusammen.',
    '9023': 'Die Sendung ist dem XTA-Server zu groß.',
    '9030': 'Der XTA-Server ist gestört.',
    '9031': 'Der XTA-Server erreicht das Verzeichnis der Behörden nicht.',
    '9032': 'Der XTA-Server kann zurzeit nicht zustellen.',
    '9050': 'Die Nachricht entspricht für den XTA-Server nicht dem Schema.',
    '9051': 'Die Nachricht ist für den XTA-Server falsch kodiert.',
    '9052': 'Die Nachricht verletzt das Serviceprofil.',
    '9060': 'Der XTA-Server hat in der Sendung Schadcode gefunden.',
    '9070': 'Der XTA-Server kennt die Kennung der Nachricht nicht.',
    '9080': 'Der Dienst wird nur asynchron angeboten.',
    '9081': 'Der Dienst wird nur synchron angeboten.',
    '9100': 'Der XTA-Server nimmt die Sendung nicht mehr zurück.',
    '9101': 'Der XTA-Server nimmt die Sendung nicht zurück.',
    notPermitted: 'Der XTA-Server erlaubt das diesem Konto nicht.',
    invalidParameter: 'Der XTA-Server nimmt eine Angabe nicht an.',
    syncAsync: 'Der Dienst wird auf diesem Weg nicht angeboten.',
    other: 'Der XTA-Server meldet einen Fehler.',
  },

  /** What the authority says, by the message types of XBau-Kernmodul 1.3.0. */
  reply: {
    '1100': 'Die Behörde kann die Nachricht nicht verarbeiten.',
    '1120': 'Die Behörde bestätigt den Eingang.',
    '1121': 'Die Behörde teilt das Aktenzeichen mit.',
    '1140': 'Die Behörde hat die Unterlagen geprüft.',
    '1141': 'Die Behörde hat ein Schreiben zugestellt.',
    '1142': 'Die Behörde hat eine Nachricht geschickt.',
    '1160': 'Die Behörde hat einen Gebührenbescheid geschickt.',
    '1180': 'Die Behörde bestätigt den Eingang.',
    '1203': 'Die Behörde bittet um Stellungnahme.',
    '1205': 'Die Behörde hat entschieden.',
    duplicate: 'Die Behörde hat die Nachricht doppelt bekommen.',
    other: 'Die Behörde hat eine Nachricht geschickt.',
    fileReference: (number: string) => `Aktenzeichen: ${number}`,
    granted: 'Dem Antrag wird stattgegeben.',
    refused: 'Der Antrag wird abgelehnt.',
  },

  returned: 'Die Behörde hat die Nachricht zurückgewiesen.',
  /** Why: XInneres (`fehlercodes`) and XGewerbeordnung (`rueckweisungsgruende`) number the reasons alike. */
  returnReason: {
    X000: 'Die Nachricht ist kein wohlgeformtes XML.',
    X001: 'Die Nachricht entspricht nicht dem Schema.',
    X002: 'Die Nachricht verletzt eine Regel des Standards.',
    S001: 'Die Nachricht ist nicht in UTF-8.',
    S010: 'Eine Codeliste ist unbekannt.',
    S011: 'Ein Code ist unbekannt.',
    S030: 'Eine verlangte Angabe fehlt.',
    S100: 'Die Nachricht kam doppelt.',
    S999: 'Die Nachricht entspricht nicht der Spezifikation.',
    T070: 'Der Absender darf diesen Dienst nicht nutzen.',
    T080: 'Die Nachricht kam zum falschen Empfänger.',
    V000: 'Die Version des Standards wird nicht angenommen.',
  },
} as const;
