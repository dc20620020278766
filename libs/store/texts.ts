/** Why a bulk replay left an item alone, and why a server or a user of it is refused. */
export const texts = {
  taken: 'inzwischen von jemand anderem bearbeitet',
  diedAgain: 'inzwischen erneut versucht und wieder gescheitert',
  inDoubt: 'im Zweifel: braucht eine Entscheidung',
  unsafe: (setting: string) => `DATABASE_URL: ${setting}=off verliert bestätigte Eingänge; Stellwerk startet so nicht.`,
  notOwner:
    'die Datenbank ist auf einem anderen Stand, und dieser Benutzer darf sie nicht ändern ' +
    '(DATABASE_OWNER_URL, ACCESS_LOG_OWNER_URL: der Eigentümer der Tabellen)',
  adminIsNoLogin: (user: string) =>
    `DATABASE_ADMIN_URL: ${user} verwaltet den Server; Eigentümer, Anwendung und Löschende brauchen eigene Benutzer.`,
} as const;
