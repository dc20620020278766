import type { Json } from '#submission/vocabulary.js';
import { at, child, type Element, readXml, textAt, Unreadable } from '#xoev/read.js';
import { rewritten } from '#xoev/rewrite.js';
import { writeXml } from '#xoev/write.js';
import { texts } from '../texts.js';

/*
 * SOAP 1.2 and XOP as an XTA server reads and writes them. It shares nothing with the adapter but the reading and
 * writing of XML, on purpose: what only shared code understands would prove nothing.
 */

/** A request taken apart. */
export interface Call {
  /** wsa:Action, and its last part: `SendMessage`. */
  uri: string;
  action: string;
  /** wsa:MessageID of the request, which is that of the message only in sendMessage. */
  id: string | undefined;
  header: Element | undefined;
  body: Element | undefined;
  /** Parts by Content-ID, without the envelope. */
  parts: Map<string, Buffer>;
  /** The envelope as it came. */
  envelope: string;
}

/** Takes a request apart; undefined if it is no SOAP. */
export function readCall(type: string, bytes: Buffer): Call | undefined {
  const boundary = /^multipart\/related\b.*\bboundary="?([^";]+)/i.exec(type)?.[1];
  const start = /\bstart="?<?([^">;]+)/i.exec(type)?.[1] ?? '';
  const parts = boundary === undefined ? new Map<string, Buffer>() : partsOf(bytes, boundary);
  const envelope = boundary === undefined ? String(bytes) : String(parts.get(start) ?? '');
  const soap = envelopeIn(envelope);
  const header = child(soap, 'Header');
  const uri = textAt(header, 'Action');
  parts.delete(start);
  if (!uri) return undefined;
  const action = uri.split('/').at(-1)!;
  return { uri, action, id: textAt(header, 'MessageID'), header, body: child(soap, 'Body'), parts, envelope };
}

function envelopeIn(text: string): Element | undefined {
  try {
    const root = readXml(text);
    return root.name === 'Envelope' ? root : undefined;
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

function partsOf(bytes: Buffer, boundary: string): Map<string, Buffer> {
  const parts = new Map<string, Buffer>();
  const marks: number[] = [];
  for (let at = bytes.indexOf(`--${boundary}`); at >= 0; at = bytes.indexOf(`\r\n--${boundary}`, at + 1))
    marks.push(at);
  for (const [n, from] of marks.slice(0, -1).entries()) {
    const part = bytes.subarray(from, marks[n + 1]);
    const blank = part.indexOf('\r\n\r\n');
    const id = /content-id:\s*<([^>]+)>/i.exec(String(part.subarray(0, blank)))?.[1];
    if (id) parts.set(id, part.subarray(blank + 4));
  }
  return parts;
}

/** Returns the bytes that an element includes (XOP 1.0). */
export function included(call: Call, element: Element | undefined): Buffer | undefined {
  const href = at(element, 'Include')?.attributes['href'] ?? '';
  return call.parts.get(decodeURIComponent(href.replace(/^cid:/, '')));
}

/** Makes a document of an element, with dummy content for its includes, so that a schema can judge it. */
export const alone = (element: Element): Buffer =>
  Buffer.from(writeXml(rewritten(withoutIncludes(element), prefixes, { declared: true }), { indent: false }));

const withoutIncludes = (element: Element): Element =>
  child(element, 'Include')
    ? { ...element, children: [], text: 'AAAA' }
    : { ...element, children: element.children.map(withoutIncludes) };

/** Namespace → our prefix. */
export const prefixes = {
  'http://www.w3.org/2003/05/soap-envelope': 's',
  'http://www.w3.org/2005/08/addressing': 'wsa',
  'http://xoev.de/transport/xta/211': 'x',
  'http://www.osci.eu/ws/2014/10/transport': 'm',
  'http://www.osci.eu/ws/2008/05/transport': 'o',
  'http://www.w3.org/2004/08/xop/include': 'xop',
};
const namespaces = Object.fromEntries(Object.entries(prefixes).map(([uri, prefix]) => [`@xmlns:${prefix}`, uri]));

/** An answer that is not yet written. */
export interface Said {
  body: Json;
  header?: Record<string, Json>;
  /** What the body includes, by Content-ID. */
  parts?: Map<string, Buffer>;
  /** HTTP. Default: 200. */
  status?: number;
}

/** An answer as HTTP sends it. */
export interface SoapAnswer {
  status: number;
  type: string;
  bytes: Buffer;
}

/**
 * Writes an answer to this request, with WS-Addressing 1.0: answers and faults have the action of the request (XTA.wsdl
 * 2.1.1).
 */
export function written({ body, header, parts, status = 200 }: Said, { uri, id }: Call): SoapAnswer {
  const addressing = {
    'wsa:Action': uri,
    'wsa:MessageID': `urn:uuid:${crypto.randomUUID()}`,
    'wsa:RelatesTo': id ?? 'http://www.w3.org/2005/08/addressing/unspecified',
    'wsa:To': 'http://www.w3.org/2005/08/addressing/anonymous',
  };
  const envelope = { ...namespaces, 's:Header': { ...addressing, ...header }, 's:Body': body };
  const bytes = Buffer.from(writeXml({ 's:Envelope': envelope }, { indent: false }));
  return { status, ...(parts ? related(bytes, parts) : { type: 'application/soap+xml; charset=utf-8', bytes }) };
}

/** Puts the parts that an envelope includes by Content-ID behind it. */
function related(envelope: Buffer, parts: Map<string, Buffer>): { type: string; bytes: Buffer } {
  const boundary = 'simulator-xta-5f1c';
  const partOf = (id: string, type: string, bytes: Buffer): Buffer[] => [
    Buffer.from(
      `--${boundary}\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <${id}>\r\n\r\n`,
    ),
    bytes,
    Buffer.from('\r\n'),
  ];
  const rootType = 'application/xop+xml; charset=UTF-8; type="application/soap+xml"';
  return {
    type:
      `multipart/related; boundary="${boundary}"; type="application/xop+xml"; ` +
      'start="<root@simulator>"; start-info="application/soap+xml"',
    bytes: Buffer.concat([
      ...partOf('root@simulator', rootType, envelope),
      ...[...parts].flatMap(([id, bytes]) => partOf(id, 'application/octet-stream', bytes)),
      Buffer.from(`--${boundary}--\r\n`),
    ]),
  };
}

/** Exceptions of the WSDL, by their numbers. The first that fits counts. */
const exceptions: [RegExp, string][] = [
  [/^901/, 'PermissionDeniedException'],
  [/^902/, 'ParameterIsNotValidException'],
  [/^905/, 'MessageSchemaViolationException'],
  [/^906/, 'MessageVirusDetectionException'],
  [/^907/, 'InvalidMessageIDException'],
  [/^908/, 'SyncAsyncException'],
  [/^91/, 'CancelDeniedException'],
  [/^9/, 'XTAWSTechnicalProblemException'],
];

/** @param reason what a tester reads. Default: the number */
export function exception(code: string, reason?: string): Said {
  const [, name = ''] = exceptions.find(([pattern]) => pattern.test(code)) ?? [];
  const sender = /^90[1-8]/.test(code) ? 's:Sender' : 's:Receiver';
  const text = texts.xta.fault(code);
  const fault = {
    's:Code': { 's:Value': sender },
    's:Reason': { 's:Text': { '@xml:lang': 'de', '#text': reason ?? text } },
    's:Detail': { [`x:${name}`]: { 'x:errorCode': { code, name: text } } },
  };
  return { body: { 's:Fault': fault }, status: 500 };
}
