/** What this adapter says to people: in connection tests and reasons, and the text of its mails. */
export const texts = {
  parameters: {
    complete: 'Die Parameter sind vollständig.',
    missing: 'Dieser Parameter fehlt.',
  },

  check: {
    answers: 'Der Mailserver antwortet.',
    encrypted: 'Die Verbindung ist verschlüsselt.',
    authenticated: 'Die Zugangsdaten werden angenommen.',
    ready: 'Der Mailserver nimmt Absender und Postfach an.',
  },

  refusals: {
    credentials: 'Der Mailserver nimmt die Zugangsdaten nicht an.',
    recipient: 'Der Mailserver nimmt für dieses Postfach nichts an.',
    sender: 'Der Mailserver nimmt diesen Absender nicht an.',
    message: 'Der Mailserver hat die Nachricht abgelehnt.',
    tooLarge: 'Die Nachricht ist größer, als der Mailserver der Behörde erlaubt.',
    laterPlease: 'Der Mailserver bittet um einen späteren Versuch.',
    nothingNow: 'Der Mailserver nimmt zurzeit nichts an.',
    unreachable: 'Der Mailserver ist nicht erreichbar oder gestört.',
    unclear: 'Ob der Mailserver die Nachricht angenommen hat, ist unklar.',
    tls: (code: string) => `Die verschlüsselte Verbindung kommt nicht zustande (${code}).`,
    noStartTls: 'Der Mailserver bietet kein STARTTLS an.',
  },

  delivery: {
    tooLarge: (megabytes: string, limit: string) =>
      `Die Nachricht ist ${megabytes} MB groß; das Postfach nimmt höchstens ${limit} MB. ` +
      'Mit einem größeren mail.maxMegabytes lässt sie sich erneut zustellen.',
    unwritable: 'Was die Vorlage ergibt, lässt sich in ihrem Format nicht schreiben.',
  },

  /** The mail. It names no person: mail text is shown in previews and on locked screens. */
  mail: {
    subject: (title: string, number: string) => `${title} – Eingang ${number}`,
    fileName: (number: string) => `Eingang-${number}`,
    receivedAt: (time: string) => `${time} Uhr`,
    matter: 'Anliegen',
    leistung: 'Leistung',
    ars: 'Gemeinde (ARS)',
    submission: 'Eingangsnummer',
    received: 'Eingegangen am',
    beginning: ['Guten Tag,', '', 'über Stellwerk ist ein Antrag eingegangen.', ''],
    contents: 'Diese Nachricht enthält:',
    pdf: (file: string) => `- ${file}: den Antrag zum Lesen`,
    data: (file: string) => `- ${file}: dieselben Angaben als Daten`,
    oneAttachment: '- die Anlage, die beigefügt wurde',
    attachments: (count: number) => `- die ${count} Anlagen, die beigefügt wurden`,
    end: ['', 'Diese Nachricht wurde automatisch erzeugt. Bitte antworten Sie nicht darauf.', ''],
  },
  artifact: 'Nachricht.eml',
} as const;
