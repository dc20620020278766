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
    code: 'ein Code der Liste als Text',
    date: 'ein Datum in der Form JJJJ-MM-TT',
    time: 'eine Uhrzeit in der Form HH:MM:SS',
    datetime: 'ein Zeitpunkt in der Form JJJJ-MM-TTTHH:MM:SS',
    bool: 'ja oder nein (true oder false)',
    num: 'eine Zahl (Dezimaltrennzeichen ist der Punkt)',
    num_int: 'eine ganze Zahl',
    num_currency: 'ein Geldbetrag, z. B. 12.50',
    file: 'eine Anlage mit attachmentId, filename, mimetype und size',
  },

  oneOfMany: (size: number) => `Bitte wählen Sie einen der ${size} Codes der Liste.`,
  oneOfFew: (codes: string[]) => `Bitte wählen Sie einen der Codes ${codes.join(', ')}.`,
  minLength: (min: number) => `Bitte geben Sie mindestens ${min} Zeichen an.`,
  maxLength: (max: number) => `Bitte kürzen Sie die Angabe auf höchstens ${max} Zeichen.`,
  controlCharacters: 'Die Angabe enthält unsichtbare Steuerzeichen. Bitte geben Sie sie neu ein.',
  notLatin: 'Erlaubt sind nur lateinische Schriftzeichen nach DIN 91379. Bitte schreiben Sie die Angabe mit diesen.',
  pattern: (pattern: string) =>
    `Die Angabe hat nicht die verlangte Form (Muster ${pattern}). Bitte prüfen Sie die Schreibweise.`,
  notBefore: (min: string) => `Die Angabe darf nicht vor ${min} liegen.`,
  notAfter: (max: string) => `Die Angabe darf nicht nach ${max} liegen.`,
  atLeast: (min: string) => `Der Wert muss mindestens ${min} sein.`,
  atMost: (max: string) => `Der Wert darf höchstens ${max} sein.`,
  decimals: 'Ein Geldbetrag hat höchstens zwei Nachkommastellen und 13 Stellen davor.',
  mediaType: (types: string[]) =>
    `Erlaubt sind nur Dateien der Typen ${types.join(', ')}. Bitte wandeln Sie die Datei um.`,
  maxSize: (bytes: number) => `Die Datei darf höchstens ${bytes} Bytes groß sein. Bitte verkleinern Sie sie.`,
} as const;
