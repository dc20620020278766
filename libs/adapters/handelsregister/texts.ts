/** What this adapter says to people: in connection tests and reasons. */
export const texts = {
  check: {
    answers: 'Das Handelsregister antwortet.',
    credentialsRefused: 'Das Handelsregister nimmt das Token nicht an.',
    nothingThere: 'Unter dieser Adresse ist kein Handelsregister.',
    ready: 'Das Handelsregister ist bereit.',
    disturbed: 'Das Handelsregister ist gestört.',
  },

  lookup: {
    subjectIncomplete: 'Für die Suche im Handelsregister fehlen Gericht, Art oder Nummer.',
    notUnderstood: 'Das Handelsregister hat unverständlich geantwortet.',
  },
} as const;
