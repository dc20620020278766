const diskFull = 'der Datenträger ist voll';

/** The code of a system or PostgreSQL error → what it means, after a colon. */
const causes: Record<string, string> = {
  ENOSPC: diskFull,
  EDQUOT: 'das Speicherkontingent ist erschöpft',
  EROFS: 'der Datenträger ist schreibgeschützt',
  EACCES: 'die Berechtigung fehlt',
  EPERM: 'die Berechtigung fehlt',
  EADDRINUSE: 'der Port ist belegt',
  ECONNREFUSED: 'dort antwortet niemand',
  ECONNRESET: 'die Verbindung wurde abgebrochen',
  ETIMEDOUT: 'dort antwortet niemand rechtzeitig',
  ENOTFOUND: 'der Rechnername ist unbekannt',
  EAI_AGAIN: 'der Rechnername lässt sich nicht auflösen',
  ENOTDIR: 'ein Teil des Pfads ist kein Ordner',
  EEXIST: 'dort liegt eine Datei, kein Ordner',
  ENOENT: 'den Pfad gibt es nicht',
  ERR_INVALID_URL: 'die Adresse ist nicht lesbar',
  '28P01': 'Benutzer oder Passwort stimmen nicht',
  '28000': 'der Benutzer darf sich dort nicht anmelden',
  '3D000': 'die Datenbank gibt es nicht',
  '42501': 'dem Benutzer fehlen Rechte in der Datenbank',
  '53100': diskFull,
  '57P03': 'der Server nimmt gerade keine Verbindungen an',
};

/** The German sentences of `npm start`, `npm test`, `npm run worker`, `npm run reset` and `stellwerk doctor`. */
export const texts = {
  causes,

  start: {
    leftovers: (names: string) => `Der vorige Lauf wurde abgebrochen; beendet wurde, was von ihm übrig war: ${names}.`,
    ready: (seconds: string) => `Bereit nach ${seconds} s.\n`,
    addresses: (gateway: string, console: string, simulator: string | undefined, home: string) =>
      `Gateway     ${gateway}   nimmt Eingänge von service-bw an\n` +
      `Konsole     ${console}   Kommunen und Betrieb\n` +
      (simulator ? `Simulator   ${simulator}   Portal, Anmeldung, Fachverfahren, Register\n` : '') +
      `Daten       ${home}   (Protokolle in logs/)\n`,
    tryThese:
      '\nZum Ausprobieren (Strg-C beendet alles):\n' +
      '  npx stellwerk doctor\n' +
      '  npx stellwerk dead-letters list\n' +
      '  npx stellwerk parameters effective 081110000000 99102013104000\n',
    demoFailed: (cause: string) => `Die Vorführung endete vorzeitig: ${cause}`,
    ending: '\nStellwerk endet …',
    ended: 'Stellwerk ist beendet.',
    portTaken: (port: number, setting: string) =>
      `Port ${port} ist belegt: mit ${setting} einen anderen wählen oder das andere Programm beenden.`,
    cannotListen: (host: string, port: number, setting: string) =>
      `Auf ${host}:${port} (HOST, ${setting}) lässt sich nicht lauschen`,
    givenDatabase: 'Die Datenbank aus DATABASE_URL ist nicht nutzbar',
    ownDatabase: 'Die Datenbank im Datenordner (STELLWERK_HOME) ist nicht nutzbar',
    badAmqpUrl: 'AMQP_URL ist unbrauchbar',
    brokerSilent: (cause: string) =>
      `RabbitMQ unter AMQP_URL antwortet nicht (${cause}): ` +
      'Eingänge werden angenommen und zugestellt, sobald es antwortet.',
    brokerReady: 'RabbitMQ ist bereit.',
  },

  supervisor: {
    notReady: (name: string, lastWords: string) => `${name} wird nicht bereit: ${lastWords}`,
    deaf: 'antwortet nicht mehr',
    restart: (name: string, reason: string, seconds: number) =>
      `${name} ist unerwartet ausgefallen${reason ? ` (${reason})` : ''}; neuer Start in ${seconds} s.`,
  },

  home: {
    notWritable: (home: string) => `Der Datenordner ${home} (STELLWERK_HOME) ist nicht beschreibbar`,
    /** `path` is undefined when the system's error names none. */
    path: (path: string | undefined) => `${path ?? 'Der Datenordner'} (STELLWERK_HOME)`,
    alreadyRunning: (pid: number | undefined) =>
      `Auf diesem Datenordner läuft Stellwerk schon (Prozess ${pid ?? 'unbekannt'}): ` +
      'dort mit Strg-C beenden oder einen anderen STELLWERK_HOME wählen.',
    foreign: (home: string) => `${home} (STELLWERK_HOME) ist kein Datenordner von Stellwerk: nichts gelöscht.`,
    notEmptied: (home: string) => `Der Datenordner ${home} (STELLWERK_HOME) lässt sich nicht leeren`,
    empty: (home: string) => `Der Datenordner ${home} ist leer.`,
  },

  key: {
    notReadable: (file: string, cause: string) =>
      `Der Schlüssel ${file} ist nicht lesbar: ${cause} (oder STELLWERK_KEY setzen).`,
    generated: (file: string) =>
      `Schlüssel für geheime Parameter erzeugt: ${file} (sichern; ersetzbar durch STELLWERK_KEY).`,
    noneYet: 'Die gespeicherten Anträge sind noch zu verschlüsseln; dazu fehlt der Schlüssel (STELLWERK_KEY).',
    pseudonymKeyNeeded:
      'STELLWERK_KEY nennt mehrere Schlüssel: PSEUDONYM_KEY muss sagen, mit welchem die Pseudonyme ' +
      'des Zugriffsprotokolls gebildet werden (bisher: mit dem alten).',
    evidenceKeyNeeded:
      'STAGE=production: EVIDENCE_KEY fehlt, der Schlüssel, mit dem der Worker das Nachweisprotokoll signiert.',
    wrong: (where: string) =>
      `${where} enthält keinen Schlüssel: erwartet werden 32 Byte in base64, etwa aus "openssl rand -base64 32".`,
  },

  migrate: {
    noDatabase: 'DATABASE_URL ist nötig; die Datenbank von „npm start“ richtet jeder Start selbst ein.',
    adminNeedsAll:
      'Damit DATABASE_ADMIN_URL die Benutzer anlegen kann, sind auch DATABASE_OWNER_URL und DATABASE_ERASER_URL nötig.',
    failed: 'Die Datenbank lässt sich nicht auf diesen Stand bringen',
    done: 'Die Datenbank ist auf dem Stand dieser Version.',
  },

  audit: {
    none: (packages: number) => `Keine bekannte Schwachstelle in ${packages} Paketen.`,
    some: (packages: number) => `${packages} Pakete mit bekannten Schwachstellen.`,
    weakness: (name: string, severity: string, reasons: string) => `${name} (${severity}): ${reasons}`,
    /** `reason` is npm's own. */
    unanswered: (reason: string | undefined) =>
      `Die Registry gibt keine Auskunft${reason ? ` (${reason})` : ''}: Geprüft ist nichts.`,
  },

  sbom: {
    failed: (code: number) => `npm sbom ist gescheitert (Code ${code}).`,
    written: (folder: string, components: number, licences: number) =>
      `${components} Bausteine unter ${licences} Lizenzen: sbom.cdx.json (CycloneDX) und licences.txt in ${folder}.`,
    unsaid: 'ohne Angabe',
  },

  test: {
    checkFailed: 'npm run check meldet Fehler (oben).',
  },

  worker: {
    adapters: (ids: string) => `Dieser Worker bedient ${ids}.`,
    ready: (url: string) => `Bereit (${url}/health/ready). Strg-C beendet ihn.`,
    ending: '\nDer Worker endet …',
    ended: 'Der Worker ist beendet.',
    nothingRuns:
      'Hier läuft kein Stellwerk: zuerst npm start, ' +
      'oder DATABASE_URL und AMQP_URL auf das Stellwerk setzen, dem der Worker helfen soll.',
  },

  postgres: {
    diskFull,
    notStarting: (reason: string) => `PostgreSQL im Datenordner (STELLWERK_HOME) startet nicht: ${reason}`,
    notInitialised: (data: string, reason: string) =>
      `PostgreSQL konnte seinen Datenordner ${data} (STELLWERK_HOME) nicht anlegen: ${reason}`,
    otherVersion: (data: string, found: string, ours: string) =>
      `Der Datenordner ${data} gehört zu PostgreSQL ${found}, Stellwerk bringt ${ours} mit: ` +
      `mit DATABASE_URL einen PostgreSQL-${found}-Server nennen oder mit "npm run reset" neu beginnen.`,
    dataOutside: (user: string, home: string, folder: string) =>
      `PostgreSQL läuft nicht als root, und der Benutzer ${user} kommt nicht in ${home}: ` +
      `seine Daten liegen in ${folder}.`,
    oldDataRemoved: (folder: string) =>
      `Die Daten in ${folder} gehörten zu einem gelöschten Datenordner und sind entfernt.`,
    noUser:
      'PostgreSQL läuft nicht als root, und es gibt weder den Benutzer postgres noch nobody: ' +
      'als anderer Benutzer starten oder DATABASE_URL setzen.',
    notIncluded: (platform: string) => `Für ${platform} liegt kein PostgreSQL bei: DATABASE_URL setzen.`,
  },

  rabbitmq: {
    notStarting: (reason: string) => `RabbitMQ im Datenordner (STELLWERK_HOME) startet nicht: ${reason}`,
    containerNotStarting: (reason: string) => `RabbitMQ startet nicht im Docker-Container: ${reason}`,
    inContainer: 'RabbitMQ läuft in einem Docker-Container (Image rabbitmq:4, beim ersten Mal rund 100 MB).',
    installing:
      'RabbitMQ fehlt auf diesem Rechner: ' +
      'Stellwerk installiert jetzt das Paket rabbitmq-server mit apt-get (rund 40 MB, samt Erlang).',
    missing:
      'RabbitMQ fehlt. Drei Wege: AMQP_URL auf einen vorhandenen Server setzen; ' +
      'RabbitMQ auf diesem Rechner installieren (Debian/Ubuntu: apt-get install rabbitmq-server); ' +
      'oder eine Docker-Engine starten, dann nimmt Stellwerk das Image rabbitmq:4.',
    noEpmd: 'Zum RabbitMQ dieses Rechners fehlt epmd (Erlang): AMQP_URL setzen oder Erlang vollständig installieren.',
    notAmqp: 'dort spricht etwas anderes als AMQP 0-9-1',
  },

  doctor: {
    about: {
      gateway: 'Gateway',
      worker: 'Worker',
      console: 'Konsole',
      simulator: 'Simulator',
      postgres: 'PostgreSQL',
      rights: 'Rechte',
      rabbitmq: 'RabbitMQ',
      backlog: 'Wartendes',
      pending: 'Antworten',
      lanes: 'Lanes',
      hosts: 'Hosts',
      deadLetters: 'Dead Letters',
      portals: 'Portale',
      keys: 'Schlüssel',
      queues: 'Queues',
      fence: 'Zaun',
      evidence: 'Nachweise',
      transactions: 'Transaktionen',
    },
    keyless: (count: number, isAll: boolean) =>
      `${count === 1 ? 'eine Aufgabe wartet' : `${isAll ? '' : 'mindestens '}${count} Aufgaben warten`} ` +
      'auf einen Schlüssel, der fehlt (STELLWERK_KEY; npx stellwerk keys)',
    fence: {
      locked: 'Adapter von außen laufen in eigenen Prozessen ohne Dateien, Umgebung und Netz',
      open: 'Zaun ohne Netzsperre: das System gibt Adaptern von außen keinen Netz-Namensraum (unshare)',
    },
    versions: { migration: 'Datenbankstand', unknown: 'unbekannt' },
    home: 'Datenordner',
    neverStarted: 'noch nie gestartet: npm start',
    connected: (setting: string) => `verbunden (${setting})`,
    unusable: (setting: string, cause: string) => `nicht nutzbar (${setting}): ${cause}`,
    rights: {
      least: 'die Anwendungen dürfen in der Datenbank, was sie müssen',
      owner: (user: string) =>
        `die Anwendungen melden sich als ${user} an, der Tabellen ändern und Protokolle löschen kann: docs/database.md`,
    },
    app: {
      ready: (url: string) => `bereit (${url})`,
      degraded: (url: string, missing: string) => `bereit (${url}), aber ${missing}`,
      notReady: (url: string, missing: string) => `nicht bereit (${url}): ${missing}`,
      status: (status: number) => `Status ${status}`,
      unreachable: (url: string, setting: string, reason: string) =>
        `nicht erreichbar unter ${url} (${setting}): ${reason}`,
      timeout: 'keine Antwort in 5 s',
    },
    backlog: {
      none: 'keine Aufgabe wartet in einer offenen Lane',
      mostUrgent: (since: string, adapter: string, ars: string) =>
        `die dringendste Aufgabe wartet seit ${since} (${adapter}, ${ars})`,
      overdue: (since: string) => ` und ist seit ${since} fällig: läuft ein Worker?`,
    },
    pending: {
      none: 'auf keine Antwort wird gewartet',
      some: (count: number, since: string, adapter: string, ars: string) =>
        `${count} stehen aus, am längsten seit ${since} ohne Neues (${adapter}, ${ars}): npx stellwerk pending`,
    },
    lanes: {
      counts: (closed: number, open: number) => `${closed} geschlossen, ${open} offen`,
      closed: (counts: string, lanes: string) => `${counts}: ${lanes}`,
    },
    hosts: {
      fine: (slots: number) => `alle antworten; jeder hat höchstens ${slots} Aufrufe zugleich (HOST_SLOTS)`,
      silent: (host: string, lanes: number, since: string) =>
        `${host} antwortet nicht; seit ${since} sind seine Lanes geschlossen (${lanes})`,
      full: (host: string, calls: number) => `${host} hat alle Aufrufe, die er haben darf (${calls}, HOST_SLOTS)`,
    },
    deadLetters: {
      none: 'keine',
      some: (count: number, isAll: boolean) => `${isAll ? '' : 'mindestens '}${count}: npx stellwerk dead-letters list`,
    },
    evidence: {
      nothing: 'noch nichts gesiegelt',
      sealed: (size: number, since: string) => `${size} Einträge im Protokoll, das letzte Siegel vor ${since}`,
      lags: (since: string) => `; seit ${since} wartet ein Eintrag auf sein Siegel: läuft ein Worker?`,
    },
    transactions: {
      fine: (seesAll: boolean) =>
        `keine ist länger als eine Minute offen${seesAll ? '' : ' (nur eigene sind zu sehen: docs/database.md)'}`,
      old: (name: string, since: string) =>
        `${name} ist seit ${since} offen; solange wird in der Datenbank nichts aufgeräumt`,
    },
    portal: (client: string, notices: number, since: string, reason: string) =>
      `${client} erfährt nichts Neues: ${notices} Nachrichten, die älteste seit ${since}. ${reason}`,
    queues: {
      missing: (queue: string) => `${queue} fehlt: läuft ein Worker?`,
      noConsumer: (queue: string, tickets: number) =>
        `${queue} hat keinen Abnehmer (${tickets} Tickets): läuft ein Worker?`,
      fine: (queues: number, tickets: number) => `${queues}, mit ${tickets} Tickets, alle mit Abnehmer`,
    },
    /** Names of units and their seconds, the largest first. */
    units: [
      ['T.', 86_400],
      ['Std.', 3_600],
      ['Min.', 60],
      ['s', 1],
    ],
    noTime: '0 s',
  },
  /** `npm run adapter:new`. */
  newAdapter: {
    usage: [
      'npm run adapter:new <name> [-- --kind fachverfahren|register] [--speaks json|soap|files] [--package <ordner>]',
      'macht einen Adapter, der die Prüfungen besteht und in der Vorführung ist:',
      '  --kind       fachverfahren (wenn nichts gesagt ist) nimmt Sendungen an, register gibt Auskunft',
      '  --speaks     was das Fachverfahren spricht: json (wenn nichts gesagt ist), soap (auch für XML) oder files',
      '  --package    als Paket außerhalb, in diesem Ordner; ADAPTER_PACKAGES lädt es',
      '  --dry-run    zeigt die Dateien und schreibt nichts',
    ].join('\n'),

    badName: (id: string) =>
      `„${id}“ geht nicht als Name: kleine Buchstaben, Ziffern und einzelne Bindestriche, vorn ein Buchstabe.`,
    exists: (folder: string) => `${folder} gibt es schon.`,
    notEmpty: (folder: string) => `${folder} gibt es schon und ist nicht leer.`,
    nameMissing: 'Es fehlt ein Name.',
    unexpected: (argument: string) => `„${argument}“ ist hier zu viel.`,
    valueMissing: (option: string) => `${option} braucht einen Wert.`,
    badKind: '--kind ist fachverfahren oder register.',
    badSpeech: '--speaks ist json, soap oder files.',
    registerSpeech: 'Für ein Register gibt es nur die Vorlage json.',
    /** In the manifest. */
    speeches: {
      json: { how: 'als JSON über HTTPS', declares: '' },
      soap: {
        how: 'als SOAP-Nachricht über HTTPS',
        declares:
          "\n    formats: ['xml'],\n    refusesWith: { '500': 'Fehler meldet der Dienst selbst mit 500, und derselbe " +
          "Schlüssel ist dort eine Sendung.' },",
      },
      files: { how: 'als Dateien über HTTPS (WebDAV)', declares: '' },
    },

    wouldMake: 'Das entstünde:',
    made: (folder: string) => `${folder} ist da:`,
    /** What the printed commands do. */
    install: 'holt, was das Paket braucht',
    tryIt: 'prüft ihn mit jedem Fehler, den es gibt',
    writePage: (id: string) => `schreibt docs/adapters/${id}.md`,
    startIt: 'zeigt ihn in der Vorführung',
  },
} as const;
