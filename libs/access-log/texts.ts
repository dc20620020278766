export const texts = {
  /** What an access log entry says about Stellwerk's own views, unless the caller says otherwise. Persons read it. */
  purpose: 'Bearbeitung des Antrags',
  legalBasis: 'Art. 6 Abs. 1 Buchst. e DSGVO; § 4 LDSG',

  firstKeyMissing:
    'PSEUDONYM_KEY: es fehlt der Schlüssel, mit dem diese Datenbank begonnen hat; ' +
    'aus ihm sind die Nummern der Anträge gemacht (docs/keys.md)',
} as const;
