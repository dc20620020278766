import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { Json } from '#submission/vocabulary.js';
import { writeXml } from '#xoev/write.js';

/*
 * SOAP 1.2 and XOP as an XTA server reads and writes them. Written a second time on purpose: what only shared code understands would prove nothing.
 */

/** A request taken apart. Names without prefix, attributes with `@`. */
export interface Call {
  /** The last part of wsa:Action: `SendMessage`. */
  action: string;
  header: Node;
  body: Node;
  /** Parts by Content-ID. */
  parts: Map<string, Buffer>;
  /** The envelope as it came. */
  envelope: string;
}
export type Node = Record<string, unknown>;

const parser = new XMLParser({
  ...{ removeNSPrefix: true, ignoreAttributes: false, attributeNamePrefix: '@', textNodeName: '#' },
  ...{ parseTagValue: false, parseAttributeValue: false, alwaysCreateTextNode: true },
  isArray: (name) => ['Attachment', 'LastMsgReceived', 'RelatesTo'].includes(name),
});

/** Undefined where it is no SOAP. */
export function readCall(type: string, bytes: Buffer): Call | undefined {
  const boundary = /^multipart\/related\b.*\bboundary="?([^";]+)/i.exec(type)?.[1];
  const start = /\bstart="?<?([^">;]+)/i.exec(type)?.[1] ?? '';
  const parts = boundary === undefined ? new Map<string, Buffer>() : partsOf(bytes, boundary);
  const envelope = boundary === undefined ? String(bytes) : String(parts.get(start) ?? '');
  if (/<!DOCTYPE/i.test(envelope) || XMLValidator.validate(envelope) !== true) return undefined;
  const { Header: header, Body: body } = node(parser.parse(envelope), 'Envelope');
  const action = textOf(node(header, 'Action')).split('/').at(-1)!;
  parts.delete(start);
  return action ? { action, header: header as Node, body: body as Node, parts, envelope } : undefined;
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

/** The element at the end of these names; an empty one where there is none. */
export function node(from: unknown, ...names: string[]): Node {
  const found = names.reduce<unknown>((at, name) => (at as Node | undefined)?.[name], from);
  return typeof found === 'object' && found !== null ? (found as Node) : { '#': found ?? '' };
}

export const textOf = (from: unknown): string => String(node(from)['#'] ?? '').trim();

/** The bytes that an element includes. */
export function included(call: Call, from: unknown): Buffer | undefined {
  const href = String(node(from, 'Include')['@href'] ?? '');
  return call.parts.get(decodeURIComponent(href.replace(/^cid:/, '')));
}

/** The element with this qualified name as a document of its own, its includes as empty content, for a schema. */
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

export interface Written {
  status: number;
  type: string;
  bytes: Buffer;
}

export function soap(body: Json, header: Json = ''): Written {
  const xml = writeXml({ 's:Envelope': { ...namespaces, 's:Header': header, 's:Body': body } }, { indent: false });
  return { status: 200, type: 'application/soap+xml; charset=utf-8', bytes: Buffer.from(xml) };
}

/** With parts beside it, the names of which the body includes. */
export function related(body: Json, header: Json, parts: Map<string, Buffer>): Written {
  const boundary = 'simulator-xta-5f1c';
  const root = soap(body, header).bytes;
  const all: [string, string, Buffer][] = [
    ['root@simulator', 'application/xop+xml; charset=UTF-8; type="application/soap+xml"', root],
    ...[...parts].map(([id, bytes]): [string, string, Buffer] => [id, 'application/octet-stream', bytes]),
  ];
  const pieces = all.flatMap(([id, type, bytes]) => [
    Buffer.from(
      `--${boundary}\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <${id}>\r\n\r\n`,
    ),
    bytes,
    Buffer.from('\r\n'),
  ]);
  return {
    status: 200,
    type: `multipart/related; boundary="${boundary}"; type="application/xop+xml"; start="<root@simulator>"; start-info="application/soap+xml"`,
    bytes: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]),
  };
}

/** Exceptions of the WSDL, by their numbers. */
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

export function exception(code: string): Written {
  const [, name = ''] = exceptions.find(([pattern]) => pattern.test(code)) ?? [];
  const sender = /^90[1-8]/.test(code) ? 's:Sender' : 's:Receiver';
  const fault = {
    's:Code': { 's:Value': sender },
    's:Reason': { 's:Text': { '@xml:lang': 'de', '#text': `Fehler ${code}` } },
    's:Detail': { [`x:${name}`]: { 'x:errorCode': { code, name: `Fehler ${code}` } } },
  };
  return { ...soap({ 's:Fault': fault }), status: 500 };
}
