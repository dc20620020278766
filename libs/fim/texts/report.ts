import type { DataType } from '../model.js';

/** What people read who plan or compare forms: report, field catalogue, differences of two versions. */
export const texts = {
  report: {
    uncheckablePattern: (reason: string) => `Muster nicht prüfbar: ${reason}`,
    lockedAgainst: (reason: string) => `Der vorgegebene Inhalt erfüllt die eigenen Vorgaben nicht: ${reason}`,
    patternAgainstLength: (min: number, max: number | undefined) => {
      const lengths =
        max === undefined ? `ab ${Math.max(1, min)} Zeichen` : `von ${Math.max(1, min)} bis ${max} Zeichen`;
      return `Kein Text ${lengths} erfüllt das Muster.`;
    },
    noValue: 'Es wurde kein Wert gefunden, der alle Vorgaben erfüllt.',
    noForm: (unsatisfied: string[]) =>
      `Es wurde kein gültiges Formular gefunden; offen blieb: ${unsatisfied.join(', ')}.`,
    textOnly: (rule: string) => `nur als Text: ${rule}`,
    unresolvable: 'nennt ein Element, das es von hier aus nicht gibt',
    severalLoops: 'spricht über mehrere wiederholte Gruppen, deren Einträge niemand einander zuordnen kann',
  },

  catalogue: {
    headings: ['Stelle', 'Bezeichnung', 'Art', 'Anzahl', 'Grenzen', 'Liste', 'Handlungsgrundlage'],
    standard: (standard: string) => `XDatenfelder ${standard}`,
    validFrom: (day: string) => `gültig ab ${day}`,
    validTo: (day: string) => `gültig bis ${day}`,
    /** The page. */
    page: {
      intro: (fields: number, mandatory: number, rules: number) =>
        `${fields} Felder, davon ${mandatory} verpflichtend; ${rules} Regeln.`,
      headings: ['Feld', 'Angabe', 'Handlungsgrundlage'],
      fields: 'Felder',
      rules: 'Regeln',
      noRules: 'Das Schema enthält keine Regeln.',
      lists: 'Auswahllisten',
      longLists: 'Lange Listen stehen nicht hier, sondern in der genannten Codeliste.',
      mandatory: 'verpflichtend',
      optional: 'freiwillig',
      times: (min: number, max: number) =>
        Number.isFinite(max) ? `${Math.max(1, min)} bis ${max}-mal` : 'beliebig oft',
      whole: 'ganzes Formular',
      addedRules: (version: string) =>
        `Regeln, die das Schema nur als Text enthält, setzen zusätzliche Regeln um (Fassung ${version}).`,
      checked: 'wird geprüft',
      checkedBy: (added: string[]) => `wird geprüft durch die zusätzliche Regel ${added.join(', ')}`,
      unchecked: 'nur als Text, wird nicht geprüft',
      message: (message: string) => `Meldung: ${message}`,
      choice: 'genau eine der folgenden Angaben',
      seeList: (size: number) => `Auswahl aus ${size} Einträgen`,
    },
    list: (versionUri: string, size: number) => `${versionUri} (${size} Einträge)`,
  },

  /** Data types. */
  types: {
    text: 'Text',
    text_latin: 'Text (DIN 91379)',
    date: 'Datum',
    time: 'Uhrzeit',
    datetime: 'Zeitpunkt',
    bool: 'Ja/Nein',
    num: 'Zahl',
    num_int: 'Ganzzahl',
    num_currency: 'Geldbetrag',
    file: 'Anlage',
    obj: 'Statisches Objekt',
  } satisfies Record<DataType, string>,
  kinds: {
    group: 'Gruppe',
    choice: 'Auswahlgruppe',
    label: 'Hinweis',
    select: 'Auswahl',
    locked: (kind: string) => `${kind} (gesperrt)`,
    hidden: (kind: string) => `${kind} (verborgen)`,
  },
  limits: {
    from: (low: number | string, unit: string) => `ab ${low}${unit}`,
    to: (high: number | string, unit: string) => `bis ${high}${unit}`,
    fromTo: (low: number | string, high: number | string, unit: string) => `${low}–${high}${unit}`,
    characters: ' Zeichen',
    pattern: (pattern: string) => `Muster ${pattern}`,
    maxSize: (size: string) => `bis ${size}`,
  },

  /** Changes between two versions of a schema, as its senders read them. */
  changes: {
    at: (label: string, change: string) => `„${label}“: ${change}`,
    removed: (label: string) => `„${label}“ gibt es nicht mehr; bitte nicht mehr senden.`,
    added: (label: string, kind: string, multiplicity: string, required: boolean) =>
      `„${label}“ ist neu (${kind}, ${multiplicity})${required ? ' und muss gesendet werden' : ''}.`,
    multiplicity: (old: string, now: string, form: '' | 'list' | 'single') =>
      `Anzahl ${old} wird ${now}${
        { '': '', list: '; jetzt als Liste zu senden', single: '; jetzt als einzelner Wert zu senden' }[form]
      }.`,
    label: (old: string) => `hieß bisher „${old}“.`,
    kind: (old: string, now: string) => `war ${old}, ist ${now}.`,
    choice: 'jetzt ist genau eine der Angaben erlaubt.',
    noChoice: 'die Angaben schließen sich nicht mehr aus.',
    type: (old: string, now: string) => `Datentyp ${old} wird ${now}.`,
    limit: (name: string, old: string, now: string) => `${name} ${old} wird ${now}.`,
    noLimit: '(ohne)',
    limits: {
      minLength: 'Mindestlänge',
      maxLength: 'Höchstlänge',
      min: 'Kleinster Wert',
      max: 'Größter Wert',
      pattern: 'Muster',
      maxSize: 'Größte Dateigröße',
      mediaTypes: 'Dateitypen',
      content: 'Vorgegebener Inhalt',
    },
    noList: 'es gibt keine Codeliste mehr.',
    newList: (size: number) => `nur noch Codes aus einer Liste mit ${size} Einträgen.`,
    codesGone: (codes: string) => `Codes entfallen: ${codes}.`,
    codesNew: (codes: string) => `neue Codes: ${codes}.`,
    andMore: (codes: string[], more: number) => `${codes.join(', ')} und ${more} weitere`,
    ruleNew: (rule: string) => `Regel neu: ${rule}`,
    ruleGone: (rule: string) => `Regel entfällt: ${rule}`,
  },
} as const;
