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

/** What a status means to whoever reads `/openapi.json`. */
const answers: Record<number, string> = {
  200: 'Antwort',
  201: 'Neu angelegt',
  202: 'Angenommen; es geschieht gleich',
  204: 'Erledigt, ohne Inhalt',
  503: 'Nicht bereit',
};
const refusals: Record<number, string> = {
  400: 'Die Anfrage ist nicht lesbar oder nicht vollständig',
  401: 'Das Token fehlt oder gilt nicht',
  403: 'Rolle, Scope oder Region reicht nicht',
  404: 'Gibt es nicht, oder nicht für diesen Zugang',
  409: 'Der Stand erlaubt das nicht (mehr)',
  412: 'If-Match nennt einen älteren Stand',
  413: 'Zu groß oder zu tief verschachtelt',
  415: 'Format oder Content-Encoding nicht angenommen',
  422: 'Die Angaben sind falsch; „errors“ oder „findings“ sagen, was',
  428: 'If-Match fehlt',
  429: 'Zu viele Anfragen; siehe Retry-After',
  503: 'Nicht verfügbar; siehe Retry-After',
};

/** What callers read besides the titles in `codes.ts`. */
export const texts = {
  byCode,
  answers,
  refusals,
  otherRefusal: 'Jede andere Ablehnung, als Problem nach RFC 9457',
  headersTooLarge: 'Die Kopfzeilen sind zu groß.',
  noHttp: 'Die Anfrage ist kein gültiges HTTP.',
  misread: (where: string, message: string) =>
    `Die Anfrage ist so nicht verständlich${where && ` (${where})`}: ${message}`,
} as const;
