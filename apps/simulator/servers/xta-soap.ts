import type { Json } from '#submission/vocabulary.js';
import { at, child, type Element, readXml, textAt, Unreadable } from '#xoev/read.js';
import { writeXml } from '#xoev/write.js';
import { texts } from '../texts.js';

/*
 * SOAP 1.2 and XOP as an XTA server reads and writes them. It shares nothing with the adapter but the reading and
 * writing of XML, on purpose: what only shared code understands would prove nothing.
 */

/** A request taken apart. */
export interface Call {
  /** The last part of wsa:Action: `SendMessage`. */
  action: string;
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
  const action = textAt(header, 'Action')?.split('/').at(-1);
  parts.delete(start);
  return action ? { action, header, body: child(soap, 'Body'), parts, envelope } : undefined;
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

/**
 * Makes a document of the element with this qualified name, with dummy content for its includes, so that a schema can
 * judge it. Undefined if the envelope has no such element.
 */
export function alone(envelope: string, name: string): Buffer | undefined {
  const [found] = new RegExp(`<${name}[\\s>].*</${name}>`, 's').exec(envelope) ?? [];
  const declared = [...(/<[\w:]+Envelope[^>]*>/.exec(envelope)?.[0] ?? '').matchAll(/xmlns:\w+="[^"]*"/g)].join(' ');
  if (!found) return undefined;
  return Buffer.from(found.replace(`<${name}`, `<${name} ${declared}`).replace(/<\w+:Include[^>]*>/g, 'AAAA'));
}

const namespaces = {
  '@xmlns:s': 'http://www.w3.org/2003/05/soap-envelope',
  '@xmlns:wsa': 'http://www.w3.org/2005/08/addressing',
  '@xmlns:x': 'http://xoev.de/transport/xta/211',
  '@xmlns:m': 'http://www.osci.eu/ws/2014/10/transport',
  '@xmlns:o': 'http://www.osci.eu/ws/2008/05/transport',
  '@xmlns:xop': 'http://www.w3.org/2004/08/xop/include',
};

/** An answer as HTTP sends it. */
export interface SoapAnswer {
  status: number;
  type: string;
  bytes: Buffer;
}

export function soap(body: Json, header: Json = ''): SoapAnswer {
  const xml = writeXml({ 's:Envelope': { ...namespaces, 's:Header': header, 's:Body': body } }, { indent: false });
  return { status: 200, type: 'application/soap+xml; charset=utf-8', bytes: Buffer.from(xml) };
}

/** Writes an answer with parts that its body includes by Content-ID. */
export function related(body: Json, header: Json, parts: Map<string, Buffer>): SoapAnswer {
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
    status: 200,
    type:
      `multipart/related; boundary="${boundary}"; type="application/xop+xml"; ` +
      'start="<root@simulator>"; start-info="application/soap+xml"',
    bytes: Buffer.concat([
      ...partOf('root@simulator', rootType, soap(body, header).bytes),
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

export function exception(code: string): SoapAnswer {
  const [, name = ''] = exceptions.find(([pattern]) => pattern.test(code)) ?? [];
  const sender = /^90[1-8]/.test(code) ? 's:Sender' : 's:Receiver';
  const text = texts.xta.fault(code);
  const fault = {
    's:Code': { 's:Value': sender },
    's:Reason': { 's:Text': { '@xml:lang': 'de', '#text': text } },
    's:Detail': { [`x:${name}`]: { 'x:errorCode': { code, name: text } } },
  };
  return { ...soap({ 's:Fault': fault }), status: 500 };
}
