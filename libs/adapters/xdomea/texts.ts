/** What people read, in German. It names no person and quotes nothing of a message. */
export const texts = {
  noVersion: 'Von xdomea gilt heute keine Version, die Stellwerk spricht.',
  notFiledUnchecked: (reason: string) => `Ungeprüft: ${reason}`,
  filedUnchecked: (reason: string) => `Nicht gegen das Schema geprüft: ${reason}`,
  refused: 'Das DMS hat die Ablage abgelehnt.',
  idInDms: (id: string) => `Kennung im DMS: ${id}.`,

  /** What the DMS files, as it shows it. */
  filed: {
    /** Tells cases apart without naming anybody. */
    subject: (title: string, number: string, day: string) => `${title} – Eingang ${number} vom ${day}`,
    document: 'Antrag',
    attachment: 'Anlage',
    numbered: (label: string, number: number) => `${label} ${number}`,
    pdf: 'Antrag.pdf',
    data: (extension: string) => `Daten.${extension}`,
    submission: 'Antrag',
    unknownFormatVersion: 'unbekannt',
  },

  /** The connection test. */
  check: {
    returns: 'Der Ordner der Bestätigungen ist da.',
    noReturns: (why: string) => `Ordner der Bestätigungen: ${why}`,
    targetRefuses: 'Das Zielsystem lehnt ab.',
    checkedBy: (version: string) => `Vor der Ablage geprüft wird: xdomea ${version}.`,
    unchecked: 'Nachrichten werden ungeprüft abgelegt: das Schema von xdomea liegt nicht vor (XOEV_SCHEMAS).',
  },

  /**
   * What the DMS says of a filing, by the codes of `urn:xoev-de:xdomea:codeliste:allgemeinerueckmeldung` 1.1 and
   * `0605.spezifischefehlermeldung` 1.0. A full stop follows.
   */
  feedback: {
    '0000001': 'Das DMS war nicht zu erreichen',
    '0000002': 'Die Verbindung zum DMS brach ab',
    '0000003': 'Das DMS kennt die Kennung nicht',
    '0000004': 'Das DMS erlaubt die Ablage nicht',
    '0000005': 'Das DMS kennt das Fachverfahren nicht',
    '0000006': 'Das DMS kennt die Verwaltung nicht',
    '0000008': 'Dem DMS entspricht die Nachricht nicht dem Schema',
    '0000015': 'Die Übertragung an das DMS ist gescheitert',
    '0000018': 'Das DMS findet eine Datei nicht',
    '0000499': 'Im DMS ist ein unbekannter Fehler aufgetreten',
    '0000501': 'Das DMS hat das Fachverfahren nicht erreicht',
    '0000502': 'Die Verbindung vom DMS brach ab',
    '0000513': 'Die Übertragung vom DMS ist gescheitert',
    '0000999': 'Im DMS ist ein unbekannter Fehler aufgetreten',
    '0605001': 'Das DMS kennt die Akte nicht, die der Parameter container nennt',
    '0605002': 'Das DMS nennt das Verzeichnis ungültig',
    '0605003': 'Das DMS nennt die Adresse ungültig',
    '0605004': 'Das DMS findet eine Datei nicht',
    '0605005': 'Das DMS kann eine Datei nicht ablegen',
    '0605006': 'Im Namen einer Angabe stehen Zeichen, die das DMS nicht annimmt',
    '0605007': 'In einer Angabe stehen Zeichen, die das DMS nicht annimmt',
    '0605008': 'In der Beschreibung einer Angabe stehen Zeichen, die das DMS nicht annimmt',
  },
  otherFeedback: 'Das DMS hat die Ablage nicht ausgeführt; den Grund nennt nur seine Bestätigung',
  unclear: 'Was davon angelegt ist, zeigt nur das DMS.',
} as const;
