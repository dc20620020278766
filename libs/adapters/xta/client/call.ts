import type { Json } from '#submission/vocabulary.js';
import { child, type Element, readXml, Unreadable } from '#xoev/read.js';
import type { AdapterContext, HttpAnswer, HttpRequest } from '../../contract.js';
import { type Refusal, refusalOf } from '../../tools/outcomes.js';
import { type Fault, faultIn } from '../answers/faults.js';
import { tlsOf, type XtaParameters } from '../parameters.js';
import { accountHeader, addressOf, envelope, type Operation, operations, soapNamespace } from './envelope.js';
import { type Parts, readRelated } from './multipart.js';

/** Bytes that an answer may have. A message of the box comes in one answer, with its attachments. */
const largest = 64 * 1024 * 1024;

/** A SOAP answer without a fault. */
export interface Answer {
  body: Element;
  header: Element | undefined;
  /** The parts that the body includes. */
  parts: Parts;
}

export type CallResult =
  | { kind: 'answered'; answer: Answer }
  | { kind: 'fault'; fault: Fault }
  /** An HTTP status that is no success, with a body that is no SOAP fault. */
  | { kind: 'refused'; refusal: Refusal; status: number }
  /** A 2xx whose body is no SOAP 1.2. */
  | { kind: 'unreadable'; error: Unreadable };

/** Calls an operation that changes nothing at the server, or nothing that could be in doubt. */
export async function call(
  context: AdapterContext,
  given: XtaParameters,
  operation: Exclude<Operation, 'sendMessage'>,
  body: Json = '',
): Promise<CallResult> {
  const messageId = `urn:uuid:${crypto.randomUUID()}`;
  const xml = envelope(given, operation, { messageId, header: accountHeader(given), body });
  const [, action] = operations[operation];
  const headers = { 'content-type': `application/soap+xml; charset=utf-8; action="${action}"` };
  return exchange(context, given, operation, { headers, body: xml, changes: false });
}

/** Sends a request to the operation's port and reads the answer. */
export async function exchange(
  context: AdapterContext,
  given: XtaParameters,
  operation: Operation,
  request: HttpRequest,
): Promise<CallResult> {
  const http = await context.http(addressOf(given, operation), {
    ...request,
    method: 'POST',
    tls: tlsOf(given),
    largest,
  });
  const isSuccess = http.status >= 200 && http.status < 300;
  try {
    const answer = readAnswer(http);
    const fault = faultIn(answer.body);
    if (fault) return { kind: 'fault', fault };
    if (isSuccess) return { kind: 'answered', answer };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    if (isSuccess) return { kind: 'unreadable', error };
  }
  const refusal = refusalOf(http, { credentials: 'clientCertificate', path: 'baseUrl' }, context.now());
  return { kind: 'refused', refusal, status: http.status };
}

/** Returns the answer. Throws if there is none; the error begins with `complaint`. */
export function demandAnswer(result: CallResult, complaint: string): Answer {
  switch (result.kind) {
    case 'answered':
      return result.answer;
    case 'unreadable':
      throw result.error;
    case 'fault':
      throw new Error(`${complaint} ${result.fault.exception} ${result.fault.code}`);
    case 'refused':
      throw new Error(`${complaint} ${result.refusal.kind}`);
  }
}

function readAnswer({ headers, bytes }: HttpAnswer): Answer {
  const type = headers['content-type'] ?? '';
  const { buffer, byteOffset, byteLength } = bytes();
  const whole = Buffer.from(buffer, byteOffset, byteLength);
  const { root, parts } = /^multipart\/related/i.test(type)
    ? readRelated(whole, type)
    : { root: soapOnly(type, whole), parts: new Map<string, Buffer>() };
  const soap = readXml(root);
  const body = child(soap, 'Body');
  if (soap.name !== 'Envelope' || soap.namespace !== soapNamespace || !body)
    throw new Unreadable('no SOAP 1.2 envelope');
  return { body, header: child(soap, 'Header'), parts };
}

function soapOnly(type: string, bytes: Buffer): Buffer {
  if (!/^application\/soap\+xml/i.test(type)) throw new Unreadable('no SOAP');
  return bytes;
}

/**
 * Returns the bytes of an element of type base64Binary: those of the part that it includes (XOP 1.0), else its text.
 * @throws Unreadable
 */
export function binaryOf(element: Element, parts: Parts): Buffer {
  const href = child(element, 'Include')?.attributes['href'];
  if (href === undefined) return Buffer.from(element.text, 'base64');
  const part = href.startsWith('cid:') ? parts.get(decoded(href.slice(4))) : undefined;
  if (!part) throw new Unreadable('a part is missing');
  return part;
}

function decoded(cid: string): string {
  try {
    return decodeURIComponent(cid);
  } catch {
    throw new Unreadable('a part has no name');
  }
}
