/** What the core says to people about a call or an adapter. */
export const texts = {
  /** An address to which Stellwerk does not connect. */
  refused: {
    plain: 'Diese Adresse ist nicht erlaubt: nur mit TLS.',
    network: 'Diese Adresse liegt in einem Netz, in das Stellwerk hier keine Verbindungen aufbaut (ALLOWED_NETWORKS).',
  },
  /** Of a connection test. */
  noConnection: 'Das Zielsystem ist nicht erreichbar oder antwortet nicht.',

  outcomes: {
    unclear: 'Ob das Zielsystem die Sendung erhalten hat, ist unklar.',
    tooSlow: 'Das Zielsystem hat nicht rechtzeitig geantwortet.',
    stopped: 'Der Aufruf wurde unterbrochen, weil Stellwerk endet.',
    unreachable: 'Das Zielsystem ist nicht erreichbar.',
    failed: 'Der Aufruf ist unerwartet gescheitert.',
    parameterMissing: 'Dieser Parameter fehlt.',
  },

  /** Adapters from outside. */
  fence: {
    open:
      'Zaun ohne Netzsperre: Adapter von außen (ADAPTER_PACKAGES) laufen hier in eigenen Prozessen ohne Dateien und ' +
      'Umgebung, aber das System gibt ihnen keinen Netz-Namensraum; eine Sperre in Node allein hält ihr Netz zu.',
    refused:
      'Zaun ohne Netzsperre: Das System gibt Adaptern von außen (ADAPTER_PACKAGES) keinen Netz-Namensraum (unshare). ' +
      'STAGE=production startet so nicht, außer mit FENCE_WITHOUT_NETWORK_LOCK=on.',
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
    boundUnknown: (key: string) => `manifest.boundSet nennt ${key}; einen solchen Parameter gibt es nicht`,
    unbound: (key: string) => `manifest.boundSet fehlt ${key}: Adressen und Geheimnisse gehören zusammen`,
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
