/** What this adapter says to people: in connection tests and reasons. */
export const texts = {
  check: {
    answers: 'Rosenstein Steuern antwortet.',
    keyRefused: 'Der Schlüssel wird nicht angenommen.',
    ready: 'Bereit.',
    notReady: (status) => `Nicht bereit (HTTP ${status}).`,
  },

  refusals: {
    key: 'Der Schlüssel wird nicht angenommen.',
    address: 'Diese Adresse gibt es dort nicht.',
    busy: 'Rosenstein Steuern ist überlastet.',
    data: 'Rosenstein Steuern lehnt die Angaben ab.',
    notUnderstood: 'Rosenstein Steuern hat unverständlich geantwortet.',
  },
};
