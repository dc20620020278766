/** What this adapter says to people: in connection tests and reasons. */
export const texts = {
  parameters: {
    complete: 'Die Parameter sind vollständig.',
    missing: 'Für die gewählte Anmeldung fehlt dieser Parameter.',
    inlineWithoutEnvelope: 'Ohne Umschlag gehen Anlagen nicht inline.',
  },

  check: {
    answers: 'Das Fachverfahren antwortet.',
    authenticated: 'Die Zugangsdaten werden angenommen.',
    notAuthenticated: 'Das Fachverfahren nimmt die Zugangsdaten nicht an.',
    certificateRefused: 'Das Fachverfahren nimmt das Client-Zertifikat nicht an.',
    ready: 'Das Fachverfahren ist bereit.',
    notReady: (status: number) => `Das Fachverfahren ist nicht bereit (HTTP ${status}).`,
  },

  delivery: {
    attachmentsRefused: 'Das Fachverfahren nimmt keine Anlagen an; die Sendung hat welche.',
    certificateRefused: 'Das Zielsystem nimmt das Client-Zertifikat nicht an.',
    notUnderstood: 'Das Fachverfahren hat unverständlich geantwortet.',
  },

  status: {
    refused: 'Das Fachverfahren beantwortet die Frage nach dem Stand nicht.',
  },

  token: {
    unreachable: 'Der Token-Dienst ist nicht erreichbar.',
    notUnderstood: 'Der Token-Dienst hat unverständlich geantwortet.',
    credentials: 'Der Token-Dienst nimmt die Zugangsdaten nicht an.',
    wrongAddress: 'Unter dieser Adresse gibt niemand Token aus.',
    busy: 'Der Token-Dienst ist überlastet oder gestört.',
    tls: (trouble: string) => `Token-Dienst: ${trouble}`,
  },
} as const;
