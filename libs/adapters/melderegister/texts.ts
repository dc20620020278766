/** What this adapter says to people: in connection tests, reasons, and as the attribute `hinweis`. */
export const texts = {
  credentialsMissing: 'Womit sich Stellwerk ausweist, fehlt.',

  check: {
    answers: 'Das Melderegister antwortet.',
    credentialsRefused: 'Das Melderegister nimmt den Ausweis nicht an.',
    nothingThere: 'Unter dieser Adresse ist kein Melderegister.',
    ready: 'Das Melderegister ist bereit.',
    disturbed: 'Das Melderegister ist gestört.',
  },

  lookup: {
    subjectIncomplete: 'Die Angaben reichen für eine Anfrage an das Melderegister nicht aus.',
    notUnderstood: 'Das Melderegister hat unverständlich geantwortet.',
    refused: 'Das Melderegister hat die Anfrage zurückgewiesen.',
  },

  /**
   * Why nothing is told about a person. One under a bar to information (§ 51 BMG) is `keinTreffer`, like one that is
   * not registered: the register does not say which.
   */
  hints: {
    keinTreffer: 'Zu diesen Angaben teilt das Melderegister nichts mit.',
    mehrdeutig: 'Mehrere Personen passen zu diesen Angaben.',
  },
} as const;
