/** What this version says to people: in connection tests and reasons. */
export const texts = {
  check: {
    answers: 'Das Melderegister antwortet.',
    credentialsRefused: 'Das Melderegister nimmt das Token nicht an.',
    nothingThere: 'Unter dieser Adresse ist kein Melderegister.',
    ready: 'Das Melderegister ist bereit.',
    disturbed: 'Das Melderegister ist gestört.',
  },

  lookup: {
    notUnderstood: 'Das Melderegister hat unverständlich geantwortet.',
  },
} as const;
