/** What people read, in German. Never a value of the message: it may be personal. */
export const texts = {
  compose: {
    oneRoot: 'Eine XÖV-Nachricht hat genau ein Wurzelelement.',
    noVersion: (prefix: string) => `Zum Präfix ${prefix} gilt heute keine Version eines Standards.`,
    noMessageType: 'Der Name der Nachricht nennt keinen Nachrichtentyp.',
    foreignCharacter: (element: string, character: string) =>
      `Die Angabe ${element} enthält das Zeichen ${character}; der Standard kennt nur die der DIN 91379.`,
    noAuthority: 'Eine Behördenkennung ist kein Schlüssel des DVDV (Präfix:Kennung).',
  },
  write: {
    oneRoot: 'Eine XML-Nachricht hat genau ein Wurzelelement.',
    forbiddenCharacter: (element: string) => `${element}: Der Text enthält ein Zeichen, das XML 1.0 nicht erlaubt.`,
    listInList: (element: string) => `${element}: Eine Liste in einer Liste gibt es in XML nicht.`,
    noName: (element: string) => `${element}: Ein Name ist kein XML-Name.`,
    noPlainValue: (element: string, name: string) => `${element}: ${name} nimmt nur einen einfachen Wert auf.`,
  },
  /** Why nobody can say whether a message is valid. */
  unchecked: {
    noFolder: 'XOEV_SCHEMAS nennt keinen Ordner mit Schemas.',
    absentFolder: 'Den Ordner, den XOEV_SCHEMAS nennt, gibt es nicht.',
    emptyFolder: 'In dem Ordner, den XOEV_SCHEMAS nennt, liegt kein Schema.',
    noSchema: 'Zu dieser Nachricht liegt in XOEV_SCHEMAS kein Schema.',
    incompleteSchema: (name: string) => `Das Schema ${name} ist unvollständig.`,
    disagreement: (names: string[]) => `Für diese Nachricht liegen verschiedene Schemas vor: ${names.join(' und ')}.`,
    noSchemaFor: (namespace: string) => `Zum Namensraum ${namespace} liegt kein Schema vor.`,
  },
  /** Why a message is not even looked at. */
  unreadable: {
    tooLarge: 'Die Nachricht ist zu groß.',
    notUtf8: 'Die Nachricht ist nicht in UTF-8.',
    dtd: 'Eine Nachricht mit DTD wird nicht angenommen.',
    malformed: (line: number) => `Die Nachricht ist kein wohlgeformtes XML (Zeile ${line}).`,
  },
  /** What is wrong with a message by its schema. */
  fault: {
    line: (where: string, line: number, what: string, expected: string) =>
      `${where}, Zeile ${line}: ${what}${expected}.`,
    more: (count: number) => `und ${count} weitere`,
    message: 'Nachricht',
    element: (name: string) => `Element ${name}`,
    attribute: (name: string) => `Attribut ${name}`,
    misplaced: 'steht hier falsch, erwartet wird',
    unforeseen: 'ist hier nicht vorgesehen',
    missingChild: 'es fehlt',
    missingAttribute: 'ein verlangtes Attribut fehlt',
    foreignAttribute: 'hat ein Attribut, das nicht vorgesehen ist',
    notListed: 'der Wert steht nicht in der Liste',
    wrongForm: 'der Wert hat nicht die verlangte Form',
    wrongLength: 'der Wert ist zu kurz oder zu lang',
    outOfBounds: 'der Wert liegt nicht in den Grenzen',
    notFixed: 'der Wert ist nicht der vorgeschriebene',
    wrongType: 'der Wert hat nicht den verlangten Typ',
    foreignText: 'enthält Text, wo keiner stehen darf',
    noMessage: 'ist keine Nachricht dieses Standards',
    other: 'entspricht nicht dem Schema',
  },
} as const;
