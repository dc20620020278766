import { all, at, child, type Element, readXml, textAt } from '#xoev/read.js';
import { rewritten } from '#xoev/rewrite.js';
import { writeXml } from '#xoev/write.js';
import type { XmlSchemas } from '#xoev/xsd/schemas.js';

/** What an XTA server got and answered: SOAP envelopes, without the parts that they include. */
export interface Exchange {
  request: Element;
  answer: Uint8Array | string;
}

const soap = 'http://www.w3.org/2003/05/soap-envelope';
/** What stands in header and body; nothing else may. */
const prefixes = {
  [soap]: 's',
  'http://www.w3.org/2005/08/addressing': 'wsa',
  'http://xoev.de/transport/xta/211': 'x',
  'http://www.osci.eu/ws/2014/10/transport': 'm',
  'http://www.osci.eu/ws/2008/05/transport': 'o',
};

/**
 * Tells what is wrong with an answer of an XTA server: the schemas of SOAP, WS-Addressing, OSCI and XTA judge the
 * envelope and each element of header, body and fault; the answer has the action of the request and relates to it.
 */
export function wrongWith({ request, answer }: Exchange, schemas: XmlSchemas): string[] {
  const envelope = readXml(answer);
  const [header, body] = [child(envelope, 'Header'), child(envelope, 'Body')];
  const parts = [header, body, at(body, 'Fault/Detail')].flatMap((one) => one?.children ?? []);
  const documents: [string, Uint8Array][] = parts
    .filter(({ namespace }) => namespace !== soap)
    .map((part) => [part.name, alone(part)]);
  const verdicts = [['Envelope', Buffer.from(answer)] as const, ...documents].map(
    ([name, xml]) => [name, schemas.validate(xml)] as const,
  );
  const asked = child(request, 'Header');
  return [
    ...verdicts.flatMap(([name, verdict]) => (verdict.kind === 'valid' ? [] : `${name}: ${JSON.stringify(verdict)}`)),
    ...(textAt(header, 'Action') === textAt(asked, 'Action') ? [] : ['Action']),
    ...(textAt(header, 'RelatesTo') === textAt(asked, 'MessageID') ? [] : ['RelatesTo']),
    ...(all(header, 'MessageID').length === 1 ? [] : ['MessageID']),
  ];
}

/** The element as a document, with dummy content for its includes. */
const alone = (element: Element): Uint8Array =>
  Buffer.from(writeXml(rewritten(filled(element), prefixes, { declared: true })));

const filled = (element: Element): Element =>
  child(element, 'Include')
    ? { ...element, children: [], text: 'AAAA' }
    : { ...element, children: element.children.map(filled) };
