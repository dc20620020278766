const answered: Record<string, string> = {
  delivered: 'Das Ziel hat die Sendung angenommen',
  pending: 'Das Ziel hat die Sendung angenommen',
  rejected: 'Das Ziel hat die Sendung abgelehnt',
};

/** What people read about an attempt: in events, lists and at the portal. */
export const texts = {
  laneClosed: (why: string) => `Das Register ist zurzeit nicht zu fragen${why && `: ${why}`}`,
  hostSilent: (host: string) => `Der Host ${host} antwortet mehreren Gemeinden nicht.`,
  adapterElsewhere: (adapter: string) => `Den Adapter „${adapter}“ betreibt dieser Worker nicht.`,
  erased: 'Die Daten sind gelöscht; zustellen lässt sich nichts mehr.',
  noSuchVersion: 'Diese Version des Adapters gibt es nicht.',
  withdrawn: (parameter: string) =>
    `Wie es lief, geht es nicht mehr: ${parameter} ist dort, woher die Adresse stammt, nicht mehr gesetzt. ` +
    'Mit den jetzt gültigen Parametern geht es.',
  noSuchTemplate: 'Der Prozess hat für diesen Schritt keine Vorlage dieses Namens.',
  formatNotWritten: (format: string) => `Dieser Adapter schreibt kein ${format.toUpperCase()}.`,
  missingParameter: (name: string, title: string, municipality: string) =>
    `Der Parameter „${name}“ (${title}) ist für ${municipality} nicht gesetzt.`,
  aboutParameter: (name: string, municipality: string, reason: string) =>
    `Parameter „${name}“ für ${municipality}: ${reason}`,
  notPrepared: 'Stellwerk konnte die Zustellung nicht vorbereiten.',
  notLogged: 'Das Zugriffsprotokoll nimmt nichts auf; ohne Eintrag wird nichts abgerufen.',
  registerTooLate: 'Das Register hat nicht rechtzeitig geantwortet.',
  unknowable: 'Ob die Sendung angekommen ist, lässt sich bei diesem Ziel nicht nachsehen.',
  exhausted: (reason: string, hours: number) => `${reason} (aufgegeben nach ${hours} Stunden)`,
  unanswered: (days: number) =>
    `Seit ${days} Tagen kam von dort nichts Neues; die Sendung liegt dort vor. Bitte nachfragen.`,
  noReasons: 'ohne Angabe von Gründen',
  poison: (attempts: number) => `${attempts} Versuche endeten ohne Ergebnis.`,
  unrecordable: (outcome: string) =>
    `${answered[outcome] ?? 'Das Ziel hat geantwortet'}, aber seine Antwort ließ sich nicht speichern.`,
  pollLost: 'Die Nachfrage brach ab.',
  lostBeforeSending: 'Der Versuch brach ab, bevor etwas gesendet war.',
  lostAfterSending: 'Der Versuch brach ab; ob etwas angekommen ist, ist unklar.',
  portal: {
    ended: 'Das Portal hat die Benachrichtigung beendet (410).',
    answered: (status: number) => `Das Portal antwortet mit ${status}.`,
    noConnection: 'Das Portal ist nicht erreichbar oder antwortet nicht.',
    network: 'Die Adresse des Portals liegt in einem Netz, das hier nicht erlaubt ist (ALLOWED_NETWORKS).',
    secretUnreadable: 'Das Geheimnis ist nicht lesbar.',
  },
} as const;
