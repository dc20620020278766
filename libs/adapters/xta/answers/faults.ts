import { at, child, type Element, textAt } from '#xoev/read.js';
import type { Outcome } from '../../contract.js';
import { texts } from '../texts.js';

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
  /** The MessageID has been used: the server has the message. */
  | { kind: 'arrived' }
  /** The server does not know the MessageID. */
  | { kind: 'unknownId'; text: string };

const certificate = (text: string): Meaning => ({ kind: 'misconfigured', parameter: 'clientCertificate', text });
const account = (text: string): Meaning => ({ kind: 'misconfigured', parameter: 'author', text });
const service = (text: string): Meaning => ({ kind: 'misconfigured', parameter: 'service', text });
const reader = (text: string): Meaning => ({ kind: 'misconfigured', parameter: 'reader', text });
const rejected = (text: string): Meaning => ({ kind: 'rejected', text });
const later = (text: string): Meaning => ({ kind: 'later', text });

const { fault: faultTexts } = texts;
const schemaViolation = rejected(faultTexts['9050']);
const virus = rejected(faultTexts['9060']);
const unknownId: Meaning = { kind: 'unknownId', text: faultTexts['9070'] };
const notCancelled = later(faultTexts['9101']);
const disturbed = later(faultTexts['9030']);

/** By the numbers of `urn:de:xta:webservice:codeliste:fehlernummer` 1.0. */
const byCode: Record<string, Meaning> = {
  '9000': later(faultTexts['9000']),
  '9010': certificate(faultTexts['9010']),
  '9011': account(faultTexts['9011']),
  '9012': account(faultTexts['9012']),
  '9013': service(faultTexts['9013']),
  '9014': certificate(faultTexts['9014']),
  '9020': reader(faultTexts['9020']),
  '9021': service(faultTexts['9021']),
  '9022': reader(faultTexts['9022']),
  '9023': rejected(faultTexts['9023']),
  '9024': { kind: 'arrived' },
  '9030': disturbed,
  '9031': later(faultTexts['9031']),
  '9032': later(faultTexts['9032']),
  '9050': schemaViolation,
  '9051': rejected(faultTexts['9051']),
  '9052': rejected(faultTexts['9052']),
  '9060': virus,
  '9070': unknownId,
  '9080': service(faultTexts['9080']),
  '9081': service(faultTexts['9081']),
  '9100': later(faultTexts['9100']),
  '9101': notCancelled,
};

/** For numbers that are not in the list. */
const byException: Record<string, Meaning> = {
  PermissionDeniedException: account(faultTexts.notPermitted),
  ParameterIsNotValidException: reader(faultTexts.invalidParameter),
  MessageSchemaViolationException: schemaViolation,
  MessageVirusDetectionException: virus,
  SyncAsyncException: service(faultTexts.syncAsync),
  InvalidMessageIDException: unknownId,
  CancelDeniedException: notCancelled,
  XTAWSTechnicalProblemException: disturbed,
};

/** Returns the fault in a SOAP body, if there is one. Its text is dropped. */
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
  byCode[code] ?? byException[exception] ?? later(faultTexts.other);

/**
 * Returns the outcome of a delivery that ended with a fault. `unknownId` is a rejection: the MessageID was never given
 * out or has lapsed, and a replay gets a new one.
 */
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
