/** What the authors and importers of schemas and code lists read about their files. */
export const texts = {
  /** Any file, as XML. */
  xml: {
    size: (megabytes: number) => `Die Datei ist größer als ${megabytes} MB.`,
    depth: (levels: number) => `Die Datei ist tiefer als ${levels} Ebenen geschachtelt.`,
    count: (elements: number) => `Die Datei hat mehr als ${elements} XML-Elemente.`,
    notUtf8: 'Die Datei ist nicht in UTF-8 geschrieben.',
    doctype: 'Die Datei enthält eine DTD (DOCTYPE). Das ist aus Sicherheitsgründen nicht erlaubt.',
    notWellFormed: (line: number, column: number) =>
      `Die Datei ist kein wohlgeformtes XML (Zeile ${line}, Spalte ${column}).`,
    notReadable: 'Die Datei ist kein lesbares XML (zu tief geschachtelt oder unzulässige Namen).',
    oneRoot: 'Die Datei muss genau ein Wurzelelement haben.',
    unboundPrefix: (prefix: string) => `Das Präfix „${prefix}“ gehört zu keinem Namensraum.`,
    bareAmpersand: 'Die Datei enthält ein einzelnes „&“.',
    forbiddenCharacter: 'Die Datei enthält ein in XML verbotenes Zeichen.',
    unknownEntity: (name: string) => `Die Datei benutzt die unbekannte Entität „${name}“.`,
    otherRoot: (expected: string) => `Das Wurzelelement muss ${expected} heißen.`,
  },

  /** The message as a whole, and its elements as XML. */
  file: {
    standard: 'Der Namensraum der Datei ist weder XDatenfelder 2.0 noch XDatenfelder 3.0.0.',
    standard1:
      'Die Datei ist in XDatenfelder 1 geschrieben. Diese Fassung wird nicht gelesen; ' +
      'bitte als XDatenfelder 2.0 oder 3.0.0 neu exportieren.',
    message:
      'Die Datei ist keine der Nachrichten 0102 (Stammdatenschema), 0103 (Datenfeldgruppe) oder 0104 (Datenfeld).',
    noBody: (name: string) => `In der Datei fehlt das Element „${name}“.`,
    foreignElement: (parent: string) => `In „${parent}“ steht ein Element eines fremden Namensraums; es wirkt nicht.`,
    unknownElement: (name: string, parent: string) =>
      `Das Element „${name}“ in „${parent}“ ist unbekannt und wirkt nicht.`,
    duplicate: (name: string) => `Das Element „${name}“ kommt mehrfach vor, darf aber nur einmal stehen.`,
    notADate: (name: string) => `„${name}“ ist kein Datum.`,
  },

  /** What schemas, groups and fields have in common. */
  element: {
    noId: (path: string) => `Einem Element${path === '' ? '' : ` in ${path}`} fehlt die ID.`,
    impossibleId: 'Eine ID hat eine unzulässige Form.',
    unusualId: (id: string, digits: number) =>
      `Die ID ${id} entspricht nicht den Vorgaben (Buchstabe und ${digits} Ziffern).`,
    impossibleVersion: (id: string) => `Die Version des Elements ${id} hat eine unzulässige Form.`,
    noName: 'Der Name fehlt.',
    noLabel: 'Die Bezeichnung fehlt; stattdessen gilt der Name.',
    status: 'Der Status fehlt oder ist unbekannt.',
    origin: 'Die Strukturelementart fehlt oder ist unbekannt.',
    relationPredicate: 'Eine Relation hat eine unbekannte Art.',
    relationObject: 'Eine Relation nennt kein Objekt.',
    severalVersions: (first: string, other: string) =>
      `Das Element kommt in mehreren Fassungen vor: ${first} und ${other}.`,
    differentCopies:
      'Das Element ist in der Datei mehrfach und verschieden beschrieben; jede Stelle gilt, wie sie dort steht.',
    tooManyCopies: (key: string, most: number) => `Das Element ${key} ist in mehr als ${most} Gestalten beschrieben.`,
  },

  /** Groups, positions and multiplicities. */
  structure: {
    emptySchema: 'Das Schema enthält kein Element; nur das leere Formular ist gültig.',
    noDokumentsteckbrief: 'Dem Schema ist kein Dokumentsteckbrief zugeordnet.',
    tooManyPositions: (most: number) => `Das Schema hat mehr als ${most} Stellen.`,
    tooManyRequired: (most: number) => `Das Schema verlangt mehr als ${most} Angaben an einer Stelle.`,
    content: 'Eine Struktur muss genau ein Datenfeld oder eine Datenfeldgruppe enthalten.',
    twice: (key: string) => `Das Element ${key} steht hier zweimal; beide Stellen gelten als eine.`,
    indistinguishable: (one: string, other: string) =>
      `Die Elemente ${one} und ${other} sind in den Daten hier nicht zu unterscheiden.`,
    emptyGroup: 'Die Gruppe enthält kein Element.',
    selfContained: (key: string) => `Die Gruppe ${key} enthält sich selbst.`,
    groupKind: (written: string) => `Die Gruppenart „${written}“ ist unbekannt.`,
    smallChoice: 'Die Auswahlgruppe hat weniger als zwei Elemente.',
    choiceMultiplicity: 'In einer Auswahlgruppe muss jedes Element die Multiplizität 0:1 haben.',
    noMultiplicity: 'Die Multiplizität fehlt.',
    malformedMultiplicity: 'Die Multiplizität muss die Form „min:max“ haben, z. B. 0:1 oder 1:*.',
    minAboveMax: 'In der Multiplizität ist das Minimum größer als das Maximum.',
    nothingAllowed: 'Die Multiplizität 0:0 lässt keine Angabe zu.',
  },

  field: {
    input: 'Die Feldart fehlt oder ist unbekannt.',
    type: 'Der Datentyp fehlt oder ist unbekannt.',
    prefill: 'Die Vorbefüllungsart ist unbekannt.',
    selectType: 'Ein Auswahlfeld sollte den Datentyp Text haben.',
    labelType: 'Ein statisches Feld sollte Text oder ein statisches Objekt sein.',
    staticObject: 'Ein statisches Objekt trägt keine Daten; das Feld nimmt keine Eingabe an.',
    content: (fault: string) => `Der Inhalt des Feldes passt nicht zu ihm selbst. ${fault}`,
    selectWithoutList: 'Dem Auswahlfeld ist keine Liste zugeordnet; jeder Text wird angenommen.',
    twoLists: 'Das Feld hat eine Werteliste und eine Codeliste; es gilt die Werteliste.',
    listWithoutSelect: 'Das Feld hat eine Liste, ist aber kein Auswahlfeld; die Liste gilt trotzdem.',
    valueWithoutCode: 'Ein Wert der Werteliste hat keinen Code.',
    valueTwice: 'Ein Code kommt in der Werteliste zweimal vor.',
    noValues: 'Die Werteliste ist leer.',
    oneValue: 'Die Werteliste hat nur einen Eintrag.',
  },

  limits: {
    unreadable: 'Der Text der Präzisierung ist nicht auswertbar und wirkt nicht.',
    unknown: (name: string) => `Die Präzisierung „${name}“ ist unbekannt und wirkt nicht.`,
    lengthNotApplicable: 'Eine Feldlänge passt nicht zu diesem Feld und wirkt nicht.',
    minLength: 'Die minimale Feldlänge muss eine ganze Zahl ab 0 sein.',
    maxLength: 'Die maximale Feldlänge muss eine ganze Zahl ab 1 sein.',
    lengths: 'Die minimale Feldlänge ist größer als die maximale.',
    rangeNotApplicable: 'Ein Wertebereich passt nicht zu diesem Feld und wirkt nicht.',
    minValue: 'Die untere Wertgrenze passt nicht zum Datentyp.',
    maxValue: 'Die obere Wertgrenze passt nicht zum Datentyp.',
    range: 'Die untere Wertgrenze ist größer als die obere.',
    patternNotApplicable: 'Ein Muster passt nicht zu diesem Feld und wirkt nicht.',
    patternUnchecked: (reason: string) => `Das Muster wird nicht geprüft: ${reason}`,
    maxSizeNotApplicable: 'Eine Dateigröße passt nicht zu diesem Feld und wirkt nicht.',
    maxSize: 'Die Dateigröße muss eine ganze Zahl ab 1 sein (Bytes).',
    mediaTypesNotApplicable: 'Dateitypen passen nicht zu diesem Feld und wirken nicht.',
    mediaType: 'Ein erlaubter Dateityp ist kein Medientyp der Form „typ/untertyp“.',
  },

  /** Why a pattern is not checked, or what was guessed about it. */
  pattern: {
    anchors:
      'Das Muster beginnt mit ^ oder endet mit $. In XML-Schema sind das gewöhnliche Zeichen; ' +
      'hier gelten sie als Anker.',
    word: (letter: string) =>
      `Im Muster steht \\${letter}: In XML-Schema gehört der Unterstrich nicht zu \\w, anderswo gehört er dazu. ` +
      'Angenommen wird, was nach einer der beiden Lesarten gilt.',
    lazy: 'Das Muster enthält ein „?“ hinter einer Wiederholung. XML-Schema kennt das nicht; es bleibt ohne Wirkung.',
    byNumber: 'Das Muster nennt ein Zeichen mit \\u oder \\x. XML-Schema kennt das nicht; gemeint ist das Zeichen.',
    invalid: 'Es ist kein gültiger regulärer Ausdruck.',
    tooLong: (most: number) => `Es ist länger als ${most} Zeichen.`,
    tooLarge: 'Es ist zu umfangreich.',
    tooDeep: 'Es ist zu tief geschachtelt.',
    unopened: 'Eine Klammer ist nicht geöffnet.',
    unclosed: 'Eine Klammer ist nicht geschlossen.',
    lookAhead: 'Vorausschau und benannte Gruppen gibt es in XML-Schema nicht.',
    anchorInside: 'Ein Anker (^ oder $) steht mitten im Ausdruck.',
    misplaced: (char: string) => `Das Zeichen „${char}“ steht an falscher Stelle.`,
    twoQuantifiers: 'Zwei Wiederholungszeichen folgen aufeinander.',
    malformedQuantifier: 'Eine Wiederholung in {} ist falsch geschrieben.',
    quantifierMinAboveMax: 'Eine Wiederholung hat ein Minimum über dem Maximum.',
    largeQuantifier: (most: number) => `Eine Wiederholung ist größer als ${most}.`,
    emptySet: 'Eine Zeichenklasse ist leer.',
    unclosedSet: 'Eine Zeichenklasse ist nicht geschlossen.',
    openBracketInSet: 'In einer Zeichenklasse steht eine offene Klammer.',
    rangeEnd: 'Ein Bereich in einer Zeichenklasse endet nicht mit einem Zeichen.',
    afterSubtraction: 'Nach einer Subtraktion muss die Zeichenklasse enden.',
    trailingBackslash: 'Es endet mit einem umgekehrten Schrägstrich.',
    unknownEscape: (char: string) => `Die Angabe „\\${char}“ wird nicht unterstützt.`,
    malformedProperty: 'Eine Zeicheneigenschaft ist falsch geschrieben.',
    unknownBlock: (name: string) => `Der Zeichenblock „${name}“ ist nicht bekannt.`,
  },

  rule: {
    noId: 'Einer Regel fehlt die ID.',
    noText: (id: string) => `Die Regel ${id} hat keinen Text.`,
    notExecutable: (id: string, reason: string) => `Die Regel ${id} ist nicht auswertbar: ${reason}`,
    unresolvable: (id: string) =>
      `Die Regel ${id} nennt ein Element, das es von hier aus nicht gibt; sie wird nicht geprüft.`,
    severalLoops: (id: string) =>
      `Die Regel ${id} spricht über mehrere wiederholte Gruppen, deren Einträge niemand einander zuordnen kann; ` +
      'sie wird nicht geprüft.',
    /** Reasons of `notExecutable`. */
    tooLong: 'Sie ist zu lang.',
    notJson: 'Das Skript ist kein JSON.',
    tooManyStatements: (most: number) => `Sie hat mehr als ${most} Anweisungen.`,
    operator: (name: string) => `Den Operator „${name}“ gibt es nicht; diese Anweisung wird nicht geprüft.`,
    statement: 'Eine Anweisung hat nicht die Form {effect, target?, condition?, message}.',
  },

  /** A file of rules beside a schema. */
  addedRules: {
    tooLong: (megabytes: number) => `Die Datei mit Regeln ist größer als ${megabytes} MB.`,
    notJson: 'Die Datei mit Regeln ist kein JSON in UTF-8.',
    doubled: (name: string) => `Die Angabe „${name}“ steht hier zweimal.`,
    unknown: (name: string) => `Die Angabe „${name}“ gibt es hier nicht.`,
    noObject: 'Hier wird ein Objekt in geschweiften Klammern erwartet.',
    noText: (name: string) => `Die Angabe „${name}“ fehlt oder ist kein Text.`,
    noList: (name: string) => `Die Angabe „${name}“ fehlt oder ist keine Liste.`,
    version: 'Die Fassung der Regeln muss aus Zahlen mit Punkten bestehen, etwa 1.0, und größer als 0 sein.',
    id: 'Die ID einer Regel besteht aus Buchstaben, Ziffern, Punkt und Strichen, höchstens 40 Zeichen.',
    sameId: (id: string) => `Die ID ${id} hat schon eine andere Regel.`,
    otherSchema: (asked: string, there: string) => `Die Regeln gehören zu ${asked}, das Schema ist ${there}.`,
    unknownRule: (id: string) => `Eine Regel ${id} hat das Schema nicht.`,
    otherText: (id: string) => `Der Text der Regel ${id} lautet im Schema anders; bitte die Übersetzung prüfen.`,
    alreadyEnforced: (id: string) => `Die Regel ${id} ist im Schema selbst schon auswertbar.`,
    unresolvable: (path: string, element: string) => `Das Element ${path} gibt es von ${element} aus nicht.`,
    severalLoops:
      'Die Anweisung spricht über mehrere wiederholte Gruppen, deren Einträge niemand einander zuordnen kann.',
    impossible: (literal: string, path: string) => `Den Wert „${literal}“ kann ${path} nicht haben.`,
    constant: 'Die Anweisung bewirkt nichts: Ihre Bedingung fällt immer gleich aus.',
    mandatory: (path: string) => `Die Anweisung bewirkt nichts: ${path} ist schon im Schema verpflichtend.`,
    nothing: (id: string) => `Die Regel ${id} setzt nichts durch.`,
    tooManyStatements: (most: number) => `Eine Regel hat höchstens ${most} Anweisungen.`,
  },

  /** A schema's references to code lists. */
  list: {
    noUri: 'Die Kennung der Codeliste ist leer.',
    notUrn: 'Die Kennung der Codeliste ist keine gültige URN.',
    /** `versions`: what is there instead. */
    missing: (uri: string, version: string | undefined, versions: string[]) =>
      `Die Codeliste ${version === undefined ? uri : `${uri} in Version ${version}`} fehlt.` +
      (versions.length > 0 ? ` Vorhanden: ${versions.join(', ')}.` : '') +
      ' Legen Sie die Liste in den Ordner oder binden Sie ausdrücklich eine andere (--list URN=DATEI).',
    unreadable: (uri: string, reason: string) => `Die Codeliste ${uri} ist nicht lesbar: ${reason}`,
    bound: (asked: string, bound: string) => `Statt ${asked} gilt beim Import ausdrücklich ${bound}.`,
    noColumn: (list: string, column: string) => `Die Codeliste ${list} hat keine Spalte „${column}“.`,
    noEntries: (list: string) => `Die Codeliste ${list} hat keine Einträge.`,
    doubleCodes: (list: string, count: number) => `In der Codeliste ${list} kommen ${count} Codes doppelt vor.`,
    rowsWithoutCode: (list: string, count: number) => `In der Codeliste ${list} fehlt in ${count} Zeilen der Code.`,
  },

  /** A code list file. */
  genericode: {
    format: 'Die Datei ist keine Codeliste im Format genericode 1.0.',
    noColumns: (uri: string) => `Die Codeliste ${uri} hat keine Spalten.`,
    missingElement: (name: string) => `In der Codeliste fehlt das Element ${name}.`,
    emptyElement: (name: string) => `In der Codeliste ist das Element ${name} leer.`,
  },
} as const;
