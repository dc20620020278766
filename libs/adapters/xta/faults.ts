import { at, child, type Element, textAt } from '#xoev/read.js';
import type { Outcome } from '../contract.js';

/** A SOAP fault: an exception of the WSDL (XTA 2.1.1) with its number, or what else the server calls it. */
export interface Fault {
  /** `PermissionDeniedException`; `` for a fault of SOAP itself. */
  exception: string;
  /** `9012`; `` where it has none. */
  code: string;
}

type Meaning =
  | { kind: 'misconfigured'; parameter: string; text: string }
  | { kind: 'rejected' | 'later'; text: string }
  /** This MessageID was used: the message is there. */
  | { kind: 'arrived' }
  /** Nobody knows this MessageID. */
  | { kind: 'unknownId'; text: string };

const certificate = (text: string): Meaning => ({ kind: 'misconfigured', parameter: 'clientCertificate', text });
const account = (text: string): Meaning => ({ kind: 'misconfigured', parameter: 'author', text });
const service = (text: string): Meaning => ({ kind: 'misconfigured', parameter: 'service', text });
const reader = (text: string): Meaning => ({ kind: 'misconfigured', parameter: 'reader', text });
const rejected = (text: string): Meaning => ({ kind: 'rejected', text });
const later = (text: string): Meaning => ({ kind: 'later', text });

/** Numbers of `urn:de:xta:webservice:codeliste:fehlernummer` 1.0. */
const byCode: Record<string, Meaning> = {
  '9000': later('Der XTA-Server meldet einen Fehler ohne nähere Angabe.'),
  '9010': certificate('Das Client-Zertifikat ist abgelaufen.'),
  '9011': account('Das XTA-Konto ist gesperrt.'),
  '9012': account('Das XTA-Konto gibt es nicht.'),
  '9013': service('Der Dienst ist für dieses XTA-Konto nicht gebucht.'),
  '9014': certificate('Das Client-Zertifikat passt nicht zum Absender.'),
  '9020': reader('Dem XTA-Server fehlt eine Angabe.'),
  '9021': service('Der XTA-Server nimmt eine URI nicht an.'),
  '9022': reader('Die Angaben zu Empfänger und Dienst passen für den XTA-Server nicht zusammen.'),
  '9023': rejected('Die Sendung ist dem XTA-Server zu groß.'),
  '9024': { kind: 'arrived' },
  '9030': later('Der XTA-Server ist gestört.'),
  '9031': later('Der XTA-Server erreicht das Verzeichnis der Behörden nicht.'),
  '9032': later('Der XTA-Server kann zurzeit nicht zustellen.'),
  '9050': rejected('Die Nachricht entspricht für den XTA-Server nicht dem Schema.'),
  '9051': rejected('Die Nachricht ist für den XTA-Server falsch kodiert.'),
  '9052': rejected('Die Nachricht verletzt das Serviceprofil.'),
  '9060': rejected('Der XTA-Server hat in der Sendung Schadcode gefunden.'),
  '9070': { kind: 'unknownId', text: 'Der XTA-Server kennt die Kennung der Nachricht nicht.' },
  '9080': service('Der Dienst wird nur asynchron angeboten.'),
  '9081': service('Der Dienst wird nur synchron angeboten.'),
  '9100': later('Der XTA-Server nimmt die Sendung nicht mehr zurück.'),
  '9101': later('Der XTA-Server nimmt die Sendung nicht zurück.'),
};

/** Where the number is none of these. */
const byException: Record<string, Meaning> = {
  PermissionDeniedException: account('Der XTA-Server erlaubt das diesem Konto nicht.'),
  ParameterIsNotValidException: reader('Der XTA-Server nimmt eine Angabe nicht an.'),
  MessageSchemaViolationException: byCode['9050']!,
  MessageVirusDetectionException: byCode['9060']!,
  SyncAsyncException: service('Der Dienst wird auf diesem Weg nicht angeboten.'),
  InvalidMessageIDException: byCode['9070']!,
  CancelDeniedException: byCode['9101']!,
  XTAWSTechnicalProblemException: byCode['9030']!,
};

/** The fault in a SOAP body; undefined where there is none. Nothing of its text is kept. */
export function faultIn(body: Element): Fault | undefined {
  const fault = child(body, 'Fault');
  if (!fault) return undefined;
  const detail = at(fault, 'Detail')?.children.find(({ name }) => name.endsWith('Exception'));
  const code = textAt(detail, 'errorCode/code') ?? '';
  return {
    exception: /^\w{1,60}Exception$/.exec(detail?.name ?? '')?.[0] ?? '',
    code: /^\d{4}$/.exec(code)?.[0] ?? '',
  };
}

export const meaningOf = ({ exception, code }: Fault): Meaning =>
  byCode[code] ?? byException[exception] ?? later('Der XTA-Server meldet einen Fehler.');

/** What a fault means for a delivery. `unknownId`: our MessageID was never given out, or has lapsed; a replay gets a new one. */
export function outcomeOf(fault: Fault, messageId: string): Outcome {
  const meaning = meaningOf(fault);
  const detail = [fault.exception, fault.code].filter(Boolean).join(' ');
  switch (meaning.kind) {
    case 'arrived':
      return { kind: 'delivered', externalReference: messageId };
    case 'misconfigured':
      return { kind: 'misconfigured', parameter: meaning.parameter, reason: { public: meaning.text, detail } };
    case 'later':
      return { kind: 'later', reason: { public: meaning.text, detail } };
    case 'rejected':
    case 'unknownId':
      return { kind: 'rejected', reasons: [{ public: meaning.text, detail }] };
  }
}
