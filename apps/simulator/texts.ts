/** What the simulated systems and the demonstration say to people, in German. */
export const texts = {
  busy: 'Gerade ist zu viel los.',
  badGateway: 'Das Gateway hat keine Antwort bekommen.',
  wrongToken: 'Das Token gilt nicht.',
  ruleViolated: 'Die Sendung erfüllt eine Regel des Fachverfahrens nicht.',
  /** A page that comes instead of an answer. */
  maintenance: '<html><body>Wartungsarbeiten',
  thereIs: (names: string) => `Es gibt ${names}.`,
  none: 'keine',

  steuer: {
    noDelivery: 'Das ist keine Sendung.',
    conflict: 'Dieser Schlüssel gehört zu einer anderen Sendung.',
    unknownReference: 'Dieses Aktenzeichen gibt es nicht.',
    absent: 'Diese Sendung ist nicht angekommen.',
    inProgress: (file: string) => `Ihr Antrag wird unter dem Aktenzeichen ${file} bearbeitet.`,
    decided: (file: string) => `Der Bescheid zum Aktenzeichen ${file} liegt bei.`,
  },
  vendor: {
    unknownAddress: 'Diese Adresse gibt es nicht.',
    absent: 'Diesen Vorgang gibt es nicht.',
    onlyPutAndGet: 'Nur PUT und GET.',
    noForm: 'Das ist keine Hundesteueranmeldung.',
    conflict: 'Diesen Vorgang gibt es mit anderem Inhalt.',
  },
  post: {
    absent: 'Diese Nachricht liegt hier nicht.',
    wrongCredentials: 'Die Zugangsdaten gelten nicht.',
    conflict: 'Diese Message-ID gehört zu einer anderen Nachricht.',
    loginNeeded: 'Bitte melden Sie sich an.',
    refused: 'Diese Nachricht wird nicht angenommen.',
    maintenance: 'Wartungsarbeiten\r\n',
  },
  dms: { name: 'Simuliertes DMS' },
  xta: {
    maintenance: '<html>Wartung',
    fault: (code: string) => `Fehler ${code}`,
    otherSize: 'Die Sendung ist nicht so groß, wie ihre Metadaten sagen.',
    otherType: 'Die Nachricht ist von anderer Art, als ihre Metadaten sagen.',
    otherParty: 'Absender oder Empfänger stehen in der Nachricht anders als in ihren Metadaten.',
    unnamed: 'Die Nachricht nennt eine ihrer Anlagen nicht.',
    repeated: 'Eine Nachricht mit dieser nachrichtenUUID war schon da.',
  },
  portal: {
    tooOld: 'Der Aufruf ist zu alt.',
    wrongSignature: 'Die Signatur stimmt nicht.',
    noNews: 'Das ist keine Benachrichtigung.',
  },
  melderegister: { noQuestion: 'Das ist keine Anfrage an das Melderegister.' },
  handelsregister: { noQuestion: 'Das ist keine Anfrage an das Handelsregister.' },
  nachweis: {
    noQuestion: 'Das ist keine Anfrage nach einem Nachweis.',
    unknownRequest: 'Diese Anfrage ist hier nicht bekannt.',
    issuer: (authority: string) => `Zulassungsbehörde ${authority}`,
  },

  /** Decisions that the tax office and the building authority invent. */
  notice: {
    title: (file: string) => `Bescheid ${file}`,
    fileName: (file: string) => `Bescheid ${file}.pdf`,
    heading: 'Bescheid',
    file: (file: string) => `Aktenzeichen: ${file}`,
    invented: 'Diesen Bescheid hat der Simulator erfunden. Er gilt nirgends.',
  },
  bauaufsicht: {
    name: 'Baurechtsbehörde',
    portal: 'Antragsportal',
    confirmed: 'Ihr Antrag ist eingegangen und wird geprüft.',
    permitHeading: 'Baugenehmigung',
    permit: (file: string) => `Aktenzeichen: ${file}. Erfunden vom Simulator.`,
    permitName: 'Bescheid',
    conditions: 'Mit Auflagen.',
    returned: 'Der Simulator nimmt die Nachricht nicht an.',
  },

  demo: {
    begins: (count: number) => `\nDas Portal schickt ${count} Anträge.\n`,
    moreErrors: (count: number) => ` (und ${count} weitere)`,
    columns: ['Gemeinde', 'Anliegen', 'Weg', 'Stand', 'Versuche', 'Zuletzt'],
    refusedAtTheDoor: 'abgewiesen',
    accepted: 'angenommen',
    /** Submission states. */
    states: {
      accepted: 'angenommen',
      processing: 'unterwegs',
      delivered: 'zugestellt',
      rejected: 'Dead Letter',
      abandoned: 'verworfen',
    },
    ended: (delivered: number, refused: number, dead: number, open: number) =>
      `${delivered} zugestellt, ${refused} an der Tür abgewiesen, ${dead} Dead Letter` +
      `${open ? `, ${open} noch unterwegs` : ''}.`,
    arrived: (count: number, twice: number) =>
      `An ihren Zielen sind ${count} Anträge angekommen, ${twice === 0 ? 'keiner doppelt' : `${twice} davon doppelt`}.`,
    replay: (number: string) =>
      `Den Dead Letter holt zurück: npx stellwerk dead-letters replay ${number} --parameters current`,
    answered: (municipality: string, number: string) =>
      `${municipality} hat schon geantwortet: npx stellwerk submissions show ${number}`,
    ownDemo: (adapter: string) => `Entwicklung: demo.json des Adapters ${adapter}`,
  },
} as const;
