import type { TrustLevel } from '#submission/vocabulary.js';

/** What portals, applicants and municipalities read about processes, and what `npm run check` says about them. */
export const texts = {
  load: {
    versionExists: (leistung: string, version: string) =>
      `Den Prozess ${leistung} gibt es in Version ${version} schon.`,
    noUniversalProcess: 'Es gibt keinen Universalprozess.',
    unsound: (leistung: string, version: string, problem: string) =>
      `Der Prozess ${leistung} ${version} ist nicht stimmig: ${problem}`,
  },
  mapping: {
    noSuchPath: (row: string, path: string, schema: string, id: string) =>
      `${row}: Den Pfad ${path} gibt es im Schema ${schema} nicht (bei ${id}).`,
    groupNotField: (row: string, path: string) => `${row}: ${path} ist eine Gruppe, kein Feld.`,
    fieldNotGroup: (row: string, id: string, path: string) => `${row}: ${id} in ${path} ist ein Feld, keine Gruppe.`,
    emptyPath: (row: string) => `${row}: Der Pfad ist leer.`,
    ambiguous: (row: string, path: string) =>
      `${row}: ${path}: Mehrere Gruppen wiederholen sich; alle bis auf eine brauchen eine feste Nummer wie [0].`,
  },
  /** For the person who filled the form. */
  admission: {
    unmapped: 'Die Angaben lassen sich so nicht verarbeiten. Bitte prüfen Sie vor allem Zahlen und Daten.',
    unknownField:
      'Dieses Feld kennt der Prozess nicht; es würde verloren gehen. Bitte prüfen Sie die Version des Formulars.',
    notRepeated: 'Diese Angabe ist nur einmal möglich. Bitte lassen Sie die weiteren weg.',
  },
  /** Why a step does not apply to a submission. */
  skipped: {
    nothingStated: 'Der Antrag macht dazu keine Angabe.',
    noConsent: 'Die Einwilligung dazu liegt nicht vor.',
    noAdapter: 'Dafür ist hier kein Adapter benannt.',
    notIdentified: (demanded: TrustLevel | undefined) =>
      `Die Auskunft verlangt das Vertrauensniveau „${demanded}“; die Person hat sich nicht elektronisch ausgewiesen.`,
    trustTooLow: (demanded: TrustLevel | undefined, level: TrustLevel) =>
      `Die Auskunft verlangt das Vertrauensniveau „${demanded}“; die Person hat sich mit „${level}“ ausgewiesen.`,
  },
  expression: {
    failed: (code: string, position: number | undefined) =>
      `Der JSONata-Ausdruck scheitert mit ${code}${position === undefined ? '' : ` an Stelle ${position}`}.`,
    missingParameter: (name: string, title: string) => `Der Parameter „${name}“ (${title}) ist hier nicht gesetzt.`,
    noRegisterStep: (leistung: string, step: string) => `Der Prozess ${leistung} hat keinen Registerschritt ${step}.`,
  },
  /** The one step of a process whose form uses FIM ids. */
  deliveryStep: 'Zustellung',
  /** The form as an authority reads it. */
  readable: {
    laidDown: 'Gemeinde',
    municipality: 'Zuständig',
    missing: 'fehlt: Die Gemeinde hat dazu nichts festgelegt.',
    furtherEntries: 'Weitere Angaben',
    yes: 'Ja',
    no: 'Nein',
    time: (text: string) => `${text} Uhr`,
    dateAndTime: (day: string, time: string) => `${day}, ${time} Uhr`,
    answer: (title: string) => `Auskunft: ${title}`,
    source: 'Quelle',
    asOf: 'Stand',
    legalBasis: 'Rechtsgrundlage',
    result: 'Ergebnis',
    notFound: 'Das Register hat nichts gefunden.',
    ambiguous: 'Das Register hat mehrere Treffer: Auf die Angaben passen mehrere. Davon ist nichts übernommen.',
    differences: 'Abweichungen',
    difference: (form: string, register: string) => `Antrag: ${form} / Register: ${register}`,
  },
  lint: {
    notReleased: (schema: string) => `Das Schema ${schema} ist nicht freigegeben.`,
    notValidOn: (schema: string, day: string) => `Das Schema ${schema} gilt am ${day} nicht.`,
    unmappedField: (label: string, path: string) => `Das Pflichtfeld „${label}“ (${path}) hat kein Formularfeld.`,
    takesNoData: (row: string, id: string) => `${row}: ${id} nimmt keine Daten auf.`,
    needlessNumber: (row: string, id: string) =>
      `${row}: ${id} wiederholt sich nicht, eine Nummer in Klammern gehört nicht dorthin.`,
    noPerson: 'Es fehlt „person“: um wen es geht.',
    noPersonField: (path: string) => `Das Feld ${path} der Person gibt es nicht.`,
    stepTwice: (step: string) => `Den Schritt ${step} gibt es zweimal.`,
    atStep: (step: string, text: string) => `Schritt ${step}: ${text}`,
    atTemplate: (step: string, template: string, text: string) => `Schritt ${step}, Vorlage ${template}: ${text}`,
    noYesNoField: (path: string) => `Die Einwilligung ${path} ist kein Ja-Nein-Feld des Schemas.`,
    noAdapter: (id: string) => `Den Adapter ${id} gibt es nicht.`,
    otherKind: (id: string, kind: string) => `Der Adapter ${id} ist keiner der Art ${kind}.`,
    noAttribute: (id: string | undefined, attribute: string) => `Der Adapter ${id} kennt kein Merkmal ${attribute}.`,
    notAsked: (attribute: string) => `Verglichen wird ${attribute}, gefragt ist danach nicht.`,
    noFieldToCompare: (path: string) => `Das Feld ${path} zum Vergleichen gibt es nicht.`,
    noElement: (id: string) => `${id} gibt es im Schema nicht.`,
    noPath: (path: string) => `Den Pfad ${path} gibt es im Schema nicht.`,
    parameterByName: 'Parameter müssen mit ihrem Namen genannt sein.',
    undefinedParameter: (name: string) => `Der Parameter ${name} ist nicht definiert.`,
    noEarlierRegister: (step: string) => `Einen Registerschritt ${step} gibt es davor nicht.`,
    notRepeatable: (call: string) => `${call} gibt jedes Mal etwas anderes; dieselbe Zustellung muss dieselbe bleiben.`,
    wrongSample: (name: string) => `Parameter ${name}: Vorgabe oder Beispiel passt nicht zur Definition.`,
    unusedParameter: (name: string) => `Der Parameter ${name} wird nirgends gebraucht.`,
    accepted: (example: string) => `${example} wird angenommen.`,
    otherAnswer: (example: string, answer: string) => `${example} wird beantwortet mit ${answer}.`,
    noValidExample: 'Ein gültiges Beispiel fehlt.',
    nothingMade: (example: string) => `Aus ${example} entsteht nichts.`,
    failed: (example: string, reason: string) => `${example}: ${reason}`,
    lookupMissing: (step: string, part: string) =>
      `Was der Registerschritt ${step} ergeben hat, fehlt in der Nachricht (${part}). ` +
      'Sie muss es enthalten, oder „omits“ sagt, warum nicht.',
    needlessOmission: (part: string) => `„omits“ nennt ${part}, aber die Nachricht enthält es.`,
    noFact: (path: string) => `Unter ${path} steht in der Nachricht nichts, was Menschen lesen könnten.`,
    noColumn: (column: string) => `Die Spalte ${column} steht nicht unter columns.`,
  },
} as const;
