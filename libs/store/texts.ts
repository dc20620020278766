/** Why a bulk replay left an item alone, and why a server is refused. */
export const texts = {
  taken: 'inzwischen von jemand anderem bearbeitet',
  diedAgain: 'inzwischen erneut versucht und wieder gescheitert',
  inDoubt: 'im Zweifel: braucht eine Entscheidung',
  unsafe: (setting: string) => `DATABASE_URL: ${setting}=off verliert bestätigte Eingänge; Stellwerk startet so nicht.`,
} as const;
