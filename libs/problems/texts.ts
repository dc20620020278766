import type { ProblemCode } from './codes.js';

/** Sentences for errors of the framework, whose own messages may quote the input and are never passed on. */
const byCode: Partial<Record<ProblemCode, string>> = {
  malformed: 'Die Anfrage konnte nicht gelesen werden.',
  'too-slow': 'Die Anfrage ist nicht rechtzeitig angekommen; bitte noch einmal senden.',
  'not-found': 'Unter dieser Adresse gibt es nichts.',
  'too-large': 'Die Anfrage überschreitet die erlaubte Größe.',
  'unsupported-media-type': 'Dieser Content-Type wird hier nicht angenommen.',
  internal: 'Die Anfrage konnte nicht bearbeitet werden. Der Fehler ist vermerkt; bitte später noch einmal versuchen.',
  unavailable: 'Der Dienst ist zurzeit nicht verfügbar; bitte später noch einmal versuchen.',
};

/** What callers read besides the titles in `codes.ts`. */
export const texts = {
  byCode,
  headersTooLarge: 'Die Kopfzeilen sind zu groß.',
  noHttp: 'Die Anfrage ist kein gültiges HTTP.',
  misread: (where: string, message: string) =>
    `Die Anfrage ist so nicht verständlich${where && ` (${where})`}: ${message}`,
} as const;
