/** Why a bulk replay left an item alone, why a server or a user of it is refused, and why content is not readable. */
export const texts = {
  taken: 'inzwischen von jemand anderem bearbeitet',
  diedAgain: 'inzwischen erneut versucht und wieder gescheitert',
  inDoubt: 'im Zweifel: braucht eine Entscheidung',
  unsafe: (setting: string) => `DATABASE_URL: ${setting}=off verliert bestätigte Eingänge; Stellwerk startet so nicht.`,
  notOwner:
    'die Datenbank ist auf einem anderen Stand, und dieser Benutzer darf sie nicht ändern ' +
    '(DATABASE_OWNER_URL, ACCESS_LOG_OWNER_URL: der Eigentümer der Tabellen)',
  unreadable: {
    erased: 'Der Inhalt des Antrags ist gelöscht: Sein Schlüssel ist nicht mehr da.',
    'master-key': 'Der Inhalt des Antrags ist nicht lesbar: Der Schlüssel, unter dem er steht, fehlt (STELLWERK_KEY).',
    changed: 'Der Inhalt des Antrags ist nicht lesbar: Er wurde verändert oder steht nicht an seinem Platz.',
    format: 'Der Inhalt des Antrags ist nicht lesbar: Diese Version kennt sein Format nicht.',
  },
  adminIsNoLogin: (user: string) =>
    `DATABASE_ADMIN_URL: ${user} verwaltet den Server; Eigentümer, Anwendung und Löschende brauchen eigene Benutzer.`,
} as const;
