/** What this adapter says to people, in connection tests. */
export const texts = {
  noConnection: 'Echo braucht keine Verbindung.',
} as const;
