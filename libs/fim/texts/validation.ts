/**
 * What a person reads who fills in a form. Each sentence says what is expected and what to do; none may repeat what the
 * person wrote.
 */
export const texts = {
  required: 'Diese Angabe ist verpflichtend. Bitte ergänzen Sie sie.',
  choice: (labels: string[]) =>
    `Bitte machen Sie genau eine der Angaben ${labels.map((label) => `„${label}“`).join(', ')}.`,
  tooFew: (min: number) => `Bitte machen Sie mindestens ${min} Angaben.`,
  tooMany: (max: number) => `Bitte machen Sie höchstens ${max} Angaben.`,
  single: 'Hier ist nur eine Angabe möglich, keine Liste.',
  list: 'Erwartet wird eine Liste von Angaben.',
  group: 'Erwartet wird eine Gruppe von Angaben.',
  unknownField: 'Dieses Feld gibt es an dieser Stelle nicht. Bitte lassen Sie es weg.',
  label: 'Dieses Feld ist nur ein Hinweis und nimmt keine Daten auf. Bitte lassen Sie es weg.',
  noData: 'Dieses Feld nimmt keine Daten auf.',
  locked: 'Dieses Feld ist vorbelegt und darf nicht geändert werden.',

  /** `what`: one of {@link texts.kinds}. */
  type: (what: string) => `Erwartet wird ${what}. Bitte korrigieren Sie die Angabe.`,
  format: (what: string) => `Erwartet wird ${what}. Bitte prüfen Sie, ob es diesen Wert gibt.`,
  kinds: {
    text: 'ein Text',
    code: 'ein Eintrag der Liste',
    date: 'ein Datum wie 01.02.2020',
    time: 'eine Uhrzeit wie 09:30',
    datetime: 'ein Zeitpunkt wie 2020-02-01T09:30:00',
    bool: 'ja oder nein',
    num: 'eine Zahl wie 9,5',
    num_int: 'eine ganze Zahl wie 12',
    num_currency: 'ein Geldbetrag wie 9,50',
    file: 'eine Datei als Anlage',
  },

  /** `names`: the first entries; `more`: how many there are besides. */
  oneOf: (names: string[], more: number) => {
    const all = names.map((name) => `„${name}“`).join(', ');
    return `Bitte wählen Sie einen Eintrag der Liste: ${all}${more > 0 ? ` und ${more} weitere` : ''}.`;
  },
  minLength: (min: number) => `Bitte geben Sie mindestens ${min} Zeichen an.`,
  maxLength: (max: number) => `Bitte kürzen Sie die Angabe auf höchstens ${max} Zeichen.`,
  controlCharacter: (place: number) =>
    `Das ${place}. Zeichen ist ein unsichtbares Steuerzeichen. Bitte geben Sie die Angabe neu ein.`,
  /** `character`: as Unicode counts it, `U+042F`. */
  notLatin: (place: number, character: string) =>
    `Das ${place}. Zeichen (${character}) ist kein lateinischer Buchstabe und kein erlaubtes Zeichen. ` +
    'Bitte schreiben Sie die Angabe in lateinischer Schrift.',
  /** `example`: absent where none was found. */
  pattern: (example: string | undefined) =>
    'Die Angabe hat nicht die verlangte Form. ' +
    (example === undefined ? 'Bitte prüfen Sie die Schreibweise.' : `Richtig wäre zum Beispiel „${example}“.`),
  notBefore: (min: string) => `Die Angabe darf nicht vor ${min} liegen.`,
  notAfter: (max: string) => `Die Angabe darf nicht nach ${max} liegen.`,
  atLeast: (min: string) => `Der Wert muss mindestens ${min} sein.`,
  atMost: (max: string) => `Der Wert darf höchstens ${max} sein.`,
  decimals: 'Ein Geldbetrag hat höchstens zwei Nachkommastellen und 13 Stellen davor.',
  mediaType: (types: string[]) =>
    `Erlaubt sind nur Dateien der Art ${types.map(typeForPeople).join(', ')}. Bitte wandeln Sie die Datei um.`,
  maxSize: (bytes: number) => `Die Datei darf höchstens ${sizeForPeople(bytes)} groß sein. Bitte verkleinern Sie sie.`,
} as const;

/** Decimal units, as file managers show them. */
export function sizeForPeople(bytes: number): string {
  if (bytes < 1_000) return `${bytes} Byte`;
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1_000, 'kB'] : [bytes / 1_000_000, 'MB'];
  return `${String(Math.floor(value * 10) / 10).replace('.', ',')} ${unit}`;
}

/** `application/pdf` as PDF, `image/*` as what it is for people. Long names stay as they are. */
function typeForPeople(mediaType: string): string {
  const [kind = '', name = ''] = mediaType.split('/');
  if (name === '*') return { image: 'Bild', audio: 'Ton', video: 'Film', text: 'Text' }[kind] ?? mediaType;
  return /^[a-z0-9]{2,5}$/.test(name) ? name.toUpperCase() : mediaType;
}
