export const texts = {
  /** Why an operator is not shown what a task would send. */
  onlyDeliveries: 'Nur Zustellungen lassen sich zeigen.',
  adapterAbsent: (adapter: string) => `Den Adapter „${adapter}“ gibt es hier nicht.`,
  notShown: 'Dieser Adapter kann nicht zeigen, was er sendet.',
  notPrepared: 'Diese Aufgabe lässt sich nicht vorbereiten.',

  /** What the access log says about a search for a person's submissions. Persons read it. */
  findPerson: {
    attributes: ['Anträge: Nummer, Leistung, Eingang'],
    purpose: 'Suche nach Anträgen einer Person',
    legalBasis: 'Art. 6 Abs. 1 Buchst. e DSGVO; § 4 LDSG',
  },
} as const;
