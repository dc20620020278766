/** What a place of delivery says to people: in connection tests and reasons. */
export const texts = {
  parameters: {
    complete: 'Die Parameter sind vollständig.',
    missing: 'Für die gewählte Ablage fehlt dieser Parameter.',
  },

  /** The steps of a connection test that passed, and what to say where one was refused without a reason of its own. */
  steps: {
    connect: 'Das Zielsystem antwortet.',
    hostKey: 'Der Rechner ist der, der er sein soll.',
    authenticate: 'Die Zugangsdaten werden angenommen.',
    directory: 'Der Ordner ist da.',
    rejected: 'Das Zielsystem lehnt ab.',
  },

  folder: {
    notReadable: 'Diesen Ordner kann Stellwerk nicht lesen.',
    notWritable: 'In diesen Ordner kann Stellwerk nicht schreiben.',
    disturbed: 'Im Ordner ist kein Platz, oder er ist gestört.',
  },

  sftp: {
    unreachable: 'Das Zielsystem ist nicht erreichbar.',
    noSsh: 'Das Zielsystem antwortet nicht, wie SSH es verlangt.',
    otherHostKey: 'Der Rechner weist sich mit einem anderen Schlüssel aus, als hier steht.',
    loginRefused: 'Das Zielsystem nimmt die Zugangsdaten nicht an.',
    keyNotReadable: 'Dieser private Schlüssel lässt sich nicht lesen.',
    noDirectory: 'Dieses Verzeichnis gibt es dort nicht.',
    readOnly: 'Dieses Verzeichnis ist nur zu lesen.',
    notWritable: 'In dieses Verzeichnis darf Stellwerk nicht schreiben.',
    disturbed: 'Das Zielsystem kann gerade keine Dateien annehmen; vielleicht fehlt Platz.',
  },

  webdav: {
    noFolder: 'Diesen Ordner gibt es dort nicht.',
    locked: 'Die Datei ist dort gerade gesperrt.',
  },
} as const;
