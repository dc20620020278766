/** Something outside stops us. The message is one German sentence for people: the cause, and the setting to look at. Printed without a stack. */
export class Obstacle extends Error {
  override name = 'Obstacle';
}

const causes: Record<string, string> = {
  ENOSPC: 'der Datenträger ist voll',
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
  '53100': 'der Datenträger ist voll',
  '57P03': 'der Server nimmt gerade keine Verbindungen an',
};

/** The cause of a system or database error in plain words; the error's own message where the code is unknown. */
export function cause(error: unknown): string {
  const { code, message, errors } = error as { code?: string; message?: string; errors?: unknown[] };
  if (errors?.length) return cause(errors[0]);
  return (code && causes[code]) || message || String(error);
}

/** Turns an error into one sentence about `what` (starts the sentence; names the setting). */
export function obstacle(what: string, error: unknown): Obstacle {
  return error instanceof Obstacle ? error : new Obstacle(`${what}: ${cause(error)}.`);
}
