/**
 * Every machine-readable code of a problem, with its HTTP status and German title. `docs/errors.md` explains each one;
 * a test keeps the two consistent. A code never changes its meaning.
 */
export const codes = {
  malformed: { status: 400, title: 'Die Anfrage ist nicht lesbar' },
  unauthenticated: { status: 401, title: 'Die Anmeldung fehlt oder gilt nicht' },
  forbidden: { status: 403, title: 'Dafür fehlt die Berechtigung' },
  'unknown-region': { status: 404, title: 'Diese Region gibt es nicht' },
  'no-process': { status: 404, title: 'Für diese Leistung gibt es hier keinen Prozess' },
  'no-fachverfahren': { status: 404, title: 'Für diese Leistung ist hier kein Fachverfahren benannt' },
  'unknown-parameter': { status: 404, title: 'Diesen Parameter gibt es nicht' },
  'unknown-adapter': { status: 404, title: 'Diesen Adapter gibt es nicht' },
  'not-found': { status: 404, title: 'Nicht gefunden' },
  'method-not-allowed': { status: 405, title: 'Diese Methode gibt es hier nicht' },
  'too-slow': { status: 408, title: 'Die Anfrage kam zu langsam' },
  conflict: { status: 409, title: 'Der Stand hat sich inzwischen geändert' },
  'twin-in-flight': { status: 409, title: 'Dieselbe Anfrage wird gerade bearbeitet' },
  'precondition-failed': { status: 412, title: 'Der Stand hat sich inzwischen geändert' },
  'too-large': { status: 413, title: 'Die Anfrage ist zu groß' },
  'too-many-files': { status: 413, title: 'Zu viele Dateien' },
  'too-many-fields': { status: 413, title: 'Zu viele Felder' },
  'too-deep': { status: 413, title: 'Zu tief verschachtelt' },
  'unsupported-media-type': { status: 415, title: 'Dieses Format wird nicht angenommen' },
  'invalid-submission': { status: 422, title: 'Die Angaben sind nicht vollständig oder nicht richtig' },
  'invalid-reply': { status: 422, title: 'Die Antwort ist nicht vollständig oder nicht richtig' },
  'reply-mismatch': { status: 409, title: 'Unter dieser id kam schon eine andere Antwort' },
  'invalid-callback': { status: 422, title: 'Diese Adresse nimmt Stellwerk nicht an' },
  'idempotency-mismatch': { status: 422, title: 'Dieser Idempotency-Key gehört zu einem anderen Inhalt' },
  'invalid-parameter': { status: 422, title: 'Der Wert passt nicht zum Parameter' },
  'invalid-schema': { status: 422, title: 'Das Schema ist nicht in Ordnung' },
  'missing-list': { status: 422, title: 'Dem Schema fehlen Codelisten' },
  'schema-not-released': { status: 422, title: 'Das Schema ist nicht freigegeben' },
  'schema-unfit': { status: 422, title: 'Das Schema passt nicht zum Prozess' },
  'precondition-required': { status: 428, title: 'Die Angabe des bekannten Stands fehlt' },
  'too-many-requests': { status: 429, title: 'Zu viele Anfragen' },
  internal: { status: 500, title: 'Ein Fehler auf unserer Seite' },
  unavailable: { status: 503, title: 'Zurzeit nicht verfügbar' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof codes;
