const quoted = (words: string[]) => words.map((word) => `„${word}“`).join(', ');

/** Everything the gateway says to people; what describes a route (OpenAPI) stands in `openapi-*.ts`. */
export const texts = {
  databaseAndBrokerNeeded: 'DATABASE_URL und AMQP_URL sind nötig; „npm start“ setzt beide.',
  databaseAnswers: 'PostgreSQL antwortet',
  brokerConnected: 'RabbitMQ verbunden',

  /** The file name under which the form goes along as the citizen saw it. */
  formFilename: 'Antragsformular.pdf',

  request: {
    leistung: 'Die Angabe „leistung“ ist ein Leistungsschlüssel mit 14 Ziffern.',
    ars: 'Die Angabe „ars“ ist ein Regionalschlüssel mit 12 Ziffern.',
    flag: (name: string) => `Die Angabe „${name}“ ist „true“ oder „false“.`,
    idempotencyKey: 'Der Kopf „Idempotency-Key“ hat 1 bis 255 sichtbare ASCII-Zeichen.',
    tooMany: 'Dieser Zugang sendet mehr Anfragen je Sekunde, als ihm zustehen.',
  },

  notFound: {
    region: (ars: string) => `Eine Gemeinde mit dem Regionalschlüssel ${ars} gibt es in Baden-Württemberg nicht.`,
    submission: 'Diesen Antrag gibt es nicht, oder er kam von einem anderen Client.',
    submissionToReplyTo: 'Einen Antrag, auf den dieser Zugang antworten darf, gibt es hier nicht.',
    reply: 'Diese Antwort gibt es nicht, oder der Antrag kam von einem anderen Client.',
    document: 'Dieses Dokument hat die Antwort nicht.',
    documentContent: 'Dieses Dokument ist gelöscht.',
    callback: 'Dieser Client hat keine Adresse hinterlegt.',
  },

  noProcess: (leistung: string, region: string, parameters: string[]) =>
    `Die Leistung ${leistung} hat keinen eigenen Prozess, ` +
    `und ${region} hat für sie kein Fachverfahren benannt (Parameter ${quoted(parameters)}).`,
  noFachverfahren: (leistung: string, region: string, parameters: string[]) =>
    `Für die Leistung ${leistung} gibt es einen Prozess, ` +
    `aber ${region} hat dafür kein Fachverfahren benannt (Parameter ${quoted(parameters)}).`,
  noSuchAdapter: (region: string, adapter: string) =>
    `Für ${region} ist der Adapter „${adapter}“ benannt, den es nicht gibt.`,

  invalid: (errors: number) =>
    `${errors === 1 ? 'Eine Angabe ist' : `${errors} Angaben sind`} nicht vollständig oder nicht richtig.`,
  firstErrorsOnly: (shown: number) => ` Gezeigt werden die ersten ${shown}.`,

  idempotency: {
    mismatch:
      'Mit diesem Idempotency-Key kam schon ein anderer Inhalt; ' +
      'für einen neuen Antrag bitte einen neuen Key verwenden.',
    twin: 'Ein Antrag mit diesem Idempotency-Key wird gerade angenommen.',
    uncertain:
      'Es ist ungewiss, ob der Antrag gespeichert ist. ' + 'Bitte mit demselben Idempotency-Key noch einmal senden.',
  },

  /** What the access log says when a portal reads a reply. The person reads it. */
  replyRead: {
    text: 'Antwort der Behörde',
    document: 'Dokument aus der Antwort der Behörde',
    reason: 'Abruf durch das Portal',
    purpose: 'Zustellung der Antwort an die antragstellende Person',
  },

  replyMismatch: 'Mit dieser „id“ kam schon eine andere Antwort; eine neue braucht eine neue.',
  databaseUnavailable: 'Die Datenbank antwortet nicht; bitte gleich noch einmal senden.',
  callbackAddress: {
    plain: 'Nur HTTPS, ohne Zugangsdaten in der Adresse.',
    network: 'Diese Adresse liegt in einem Netz, in das Stellwerk hier keine Verbindungen aufbaut (ALLOWED_NETWORKS).',
  },
} as const;
