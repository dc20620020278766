import type { BoundList } from '#fim/model.js';

export const texts = {
  exitCodes:
    'Rückgabewert: 0 in Ordnung; 1 das Formular ist ungültig, oder Absender müssen etwas ändern; ' +
    '2 das Schema ist abgewiesen oder nicht ausfüllbar, oder Datei oder Aufruf sind nicht lesbar.',

  expected: {
    binding: 'Erwartet wird URN=DATEI.',
    whole: 'Erwartet wird eine ganze Zahl.',
    share: 'Erwartet wird eine Zahl von 0 bis 1.',
  },
  unknownFormat: (format: string) => `Das Format „${format}“ gibt es nicht: json-schema oder typescript.`,
  unreadable: (file: string) => `Die Datei ${file} ist nicht lesbar.`,
  noFolder: (dir: string) => `Den Ordner ${dir} gibt es nicht.`,
  noJson: (file: string) => `${file} ist kein JSON.`,
  rulesOfOne: 'Zusätzliche Regeln (--rules) gehören zu einem Schema; bitte nur dieses nennen.',
  refused: (file: string) => `${file} wurde abgewiesen.`,

  noForm: (unsatisfied: string[]) =>
    `Zu diesem Schema gibt es kein gültiges Formular; offen blieb: ${unsatisfied.join(', ')}. ` +
    'stellwerk fim check nennt die Gründe.',
  valid: 'Das Formular ist gültig.',
  noChanges: 'Für Absender ändert sich nichts.',
  breaking: 'anpassen',
  harmless: 'zur Kenntnis',
  error: 'Fehler',
  warning: 'Hinweis',
  line: (line: number) => `Zeile ${line}`,
  rulesFile: 'Regeln',

  list: {
    name: 'Liste',
    uri: 'Kennung',
    version: 'Version',
    code: 'Übertragen wird',
    keys: 'Schlüssel',
    size: 'Einträge',
    more: (count: number) => `… und ${count} weitere (--most zeigt mehr).`,
  },

  report: {
    file: 'Datei',
    result: 'Ergebnis',
    readable: 'lesbar',
    refused: 'abgewiesen',
    schema: 'Schema',
    schemaOf: (key: string, label: string, standard: string) => `${key} ${label} (XDatenfelder ${standard})`,
    release: 'Freigabe',
    released: 'freigegeben',
    notReleased: (status: number) => `nicht freigegeben (Status ${status})`,
    positions: 'Stellen',
    counted: ({ fields, groups, mandatory, labels }: Record<'fields' | 'groups' | 'mandatory' | 'labels', number>) =>
      `${fields} Felder, ${groups} Gruppen, ${mandatory} verpflichtend, ${labels} Hinweise`,
    checked: 'Geprüft',
    checkedOf: (constraints: number, rules: number) => `${constraints} Vorgaben an Feldern, ${rules} Regeln`,
    addedRules: 'Zusätzliche Regeln',
    addedRulesOf: (version: string, rules: number) =>
      `Fassung ${version}, ${rules === 1 ? 'eine Regel' : `${rules} Regeln`} aus Text umgesetzt`,
    enforcedText: (id: string, by: string[]) => `Geprüft: ${id} durch ${by.join(', ')}`,
    unchecked: 'Nicht geprüft',
    uncheckedOf: (patterns: number, rules: number) => `${patterns} Muster, ${rules} Regeln`,
    unfillable: 'Nicht ausfüllbar',
    unfillableOf: (count: number) => `${count} ${count === 1 ? 'Stelle' : 'Stellen'}`,
    unfillableElement: (id: string) => `Nicht ausfüllbar: ${id}`,
    uncheckedElement: (id: string) => `Nicht geprüft: ${id}`,
    lists: ['Codeliste', 'Verlangt', 'Wie', 'Einträge'],
    anyVersion: '(aktuelle)',
    how: {
      pinned: 'wie verlangt',
      newest: 'neueste, jetzt festgelegt',
      bound: 'ausdrücklich gebunden',
    } satisfies Record<BoundList['how'], string>,
  },
};
