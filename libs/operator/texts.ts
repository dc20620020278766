/** Why an operator is not shown what a task would send. */
export const texts = {
  onlyDeliveries: 'Nur Zustellungen lassen sich zeigen.',
  adapterAbsent: (adapter: string) => `Den Adapter „${adapter}“ gibt es hier nicht.`,
  notShown: 'Dieser Adapter kann nicht zeigen, was er sendet.',
  notPrepared: 'Diese Aufgabe lässt sich nicht vorbereiten.',
} as const;
