/** What this adapter says to people: in connection tests and reasons. */
export const texts = {
  check: {
    answers: 'Der Nachweisdienst antwortet.',
    credentialsRefused: 'Der Nachweisdienst nimmt das Token nicht an.',
    nothingThere: 'Unter dieser Adresse ist kein Nachweisdienst.',
    ready: 'Der Nachweisdienst ist bereit.',
    disturbed: 'Der Nachweisdienst ist gestört.',
  },

  lookup: {
    subjectIncomplete: 'Es ist nicht gesagt, welcher Nachweis abzurufen ist.',
    notUnderstood: 'Der Nachweisdienst hat unverständlich geantwortet.',
    forgotten: 'Der Nachweisdienst kennt die Anfrage nicht mehr.',
    aborted: 'Der Abruf des Nachweises wurde abgebrochen.',
    failed: 'Die Stelle, bei der der Nachweis liegt, konnte ihn nicht liefern.',
  },
} as const;
