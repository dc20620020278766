/** Why an application does not start with its settings. */
export const texts = {
  stage: {
    missing: (host: string) =>
      `Stellwerk soll auf ${host} lauschen, nicht nur auf diesem Rechner, und STAGE fehlt: ` +
      'production, test, training oder demo.',
    refused: (faults: string[]) => `STAGE=production startet so nicht: ${faults.join(' ')}`,
    noIssuer: 'OIDC_ISSUER fehlt; ohne ihn würde der Simulator Token ausstellen.',
    plainIssuer: 'OIDC_ISSUER beginnt nicht mit https://.',
    simulatedIssuer: 'OIDC_ISSUER ist der Simulator.',
    noKey: 'STELLWERK_KEY fehlt; der Schlüssel käme aus dem Datenordner.',
    presetPassword: (setting: string) =>
      `Das Kennwort in ${setting} ist das, mit dem compose oder der Server ausgeliefert wird.`,
    developmentClient: 'STELLWERK_CLIENT_SECRET ist das öffentlich bekannte eines Clients zum Entwickeln.',
    plainHosts: 'DEVELOPMENT_HOSTS erlaubt Verbindungen ohne TLS.',
    simulator: 'Mit STAGE=production läuft kein Simulator.',
  },
} as const;
