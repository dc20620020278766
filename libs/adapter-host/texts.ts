/** What the core says to people about a call or an adapter. */
export const texts = {
  outcomes: {
    onlyWithTls: 'Diese Adresse ist nicht erlaubt: nur mit TLS.',
    unclear: 'Ob das Zielsystem die Sendung erhalten hat, ist unklar.',
    tooSlow: 'Das Zielsystem hat nicht rechtzeitig geantwortet.',
    stopped: 'Der Aufruf wurde unterbrochen, weil Stellwerk endet.',
    unreachable: 'Das Zielsystem ist nicht erreichbar.',
    silent: 'Das Zielsystem antwortet nicht.',
    failed: 'Der Aufruf ist unerwartet gescheitert.',
    parameterMissing: 'Dieser Parameter fehlt.',
  },

  /** What is wrong with an adapter that is to be loaded. */
  load: {
    twice: (id: string) => `Den Adapter ${id} gibt es zweimal.`,
    unknown: (id: string, known: string) => `ADAPTERS nennt ${id}; es gibt ${known}.`,
    sameMajor: (id: string) => `Adapter ${id}: zwei Versionen haben dieselbe erste Ziffer.`,
    package: (name: string, fault: string) => `ADAPTER_PACKAGES, ${name}: ${fault}`,
    noExport: (id: string) => `Adapter ${id}: adapter.ts exportiert kein „adapter“.`,
    faulty: (id: string, fault: string) => `Adapter ${id}: ${fault}.`,
    otherId: (id: string, folder: string) => `manifest.id ist „${id}“, der Ordner heißt „${folder}“`,
    methodMissing: (name: string) => `die Methode ${name} fehlt`,
    capability: (name: string) => `manifest.capabilities.${name} stimmt nicht mit den Methoden überein`,
  },

  manifest: {
    contract: 'dieses Stellwerk versteht den Vertrag 1',
    id: 'kleine Buchstaben, Ziffern, Bindestriche',
    version: 'eine semantische Version',
    refusesWith: 'ein HTTP-Status ab 500',
    accepts: 'Leistungsschlüssel oder *',
    parameters: 'kein z.object(…)',
  },
} as const;
