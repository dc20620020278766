/** What an access log entry says about Stellwerk's own views, unless the caller says otherwise. Persons read it. */
export const texts = {
  purpose: 'Bearbeitung des Antrags',
  legalBasis: 'Art. 6 Abs. 1 Buchst. e DSGVO; § 4 LDSG',
} as const;
