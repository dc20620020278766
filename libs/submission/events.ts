import type { ReplyStatus } from './vocabulary.js';

/**
 * Every event of a submission, with its text for portal and operator. `{…}` is filled from the event's data, which
 * holds nothing personal.
 */
const eventTexts = {
  accepted: 'Antrag angenommen.',
  'task-skipped': 'Schritt „{step}“ entfällt: {reason}',
  delivered: 'An das Fachverfahren übergeben.',
  'lookup-done': 'Schritt „{step}“: Das Register hat geantwortet.',
  'lookup-ambiguous': 'Schritt „{step}“: Das Register hat mehrere Treffer; davon ist nichts übernommen.',
  'lookup-differs': 'Schritt „{step}“: Das Register hat geantwortet; abweichende Angaben: {count}.',
  'lookup-skipped': 'Schritt „{step}“ ohne Ergebnis übersprungen: {reason}',
  'lookup-pending': 'Schritt „{step}“: Das Register antwortet später.',
  pending: 'Das Fachverfahren bearbeitet den Antrag noch.',
  later: 'Zustellung verschoben: {reason}',
  misconfigured: 'Zustellung angehalten: {reason}',
  unknown: 'Antwort verloren; vor einem neuen Versuch wird nachgesehen.',
  absent: 'Nachgesehen: Der Antrag ist beim Fachverfahren nicht angekommen und wird erneut gesendet.',
  found: 'Nachgesehen: Der Antrag ist beim Fachverfahren angekommen.',
  rejected: 'Vom Fachverfahren abgelehnt: {reason}',
  unanswered: 'Antwort bleibt aus: {reason}',
  dead: 'Zustellung aufgegeben: {reason}',
  replayed: 'Zustellung erneut gestartet.',
  discarded: 'Zustellung verworfen: {reason}',
  reply: 'Antwort des Fachverfahrens: {status}.',
  'reply-cut': 'Antwort des Fachverfahrens: Dokumente über den Grenzen wurden nicht übernommen ({count}).',
  'portal-informed': 'Portal benachrichtigt.',
  'portal-not-informed': 'Portal nicht benachrichtigt: {reason}',
  'payload-viewed': 'Inhalt angesehen: {reason}',
  settled: 'Zweifel von einer Person geklärt: {reason}',
} as const;

/** How the status of a reply reads in events and lists. */
export const replyTitles: Record<ReplyStatus, string> = {
  inBearbeitung: 'in Bearbeitung',
  rueckfrage: 'Rückfrage',
  bescheid: 'Bescheid liegt vor',
  zurueckgewiesen: 'Zurückgewiesen',
};

export type EventType = keyof typeof eventTexts;

export function eventText(type: EventType, data: Record<string, unknown>): string {
  return eventTexts[type].replace(/\{(\w+)\}/g, (_, name: string) => String(data[name] ?? '–'));
}
