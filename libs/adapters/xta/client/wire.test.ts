import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { attachment, delivery } from '../../../../test/contract/samples.js';
import { Trial } from '../../../../test/contract/trial.js';
import { issueCertificate, makeAuthority } from '../../kit/certificates.js';
import { adapter } from '../adapter.js';

/*
 * XTA letter by letter: a server that writes SOAP in a hand of its own, and requests looked at as bytes. Nothing of
 * what the adapter reads and writes with is used here.
 */

const messageId = 'urn:de:xta:messageid:hand:1';
let server: ReturnType<typeof createServer>;
let tried: Trial;
const seen: { path: string; type: string; length: string; bytes: Buffer }[] = [];

/** By the last part of the action. */
const answers: Record<string, [type: string, text: string]> = {
  CreateMessageID: soap(`<a:MessageID xmlns:a="http://www.w3.org/2005/08/addressing">\n  ${messageId}\n</a:MessageID>`),
  SendMessage: soap(''),
  GetTransportReport: soap(
    '<TransportReport xmlns="http://xoev.de/transport/xta/211"><ReportTime>2026-03-02T09:00:00</ReportTime>' +
      '<MessageStatus><Status><![CDATA[1]]></Status></MessageStatus></TransportReport>',
  ),
  MsgBoxStatusListRequest: soap(
    '<t:MsgStatusList xmlns:t="http://www.osci.eu/ws/2008/05/transport"><t:MsgAttributes>' +
      '<w:MessageID xmlns:w="http://www.w3.org/2005/08/addressing">urn:a&amp;b</w:MessageID>' +
      '<t:MsgSize>1</t:MsgSize><t:DeliveryTime>2026-03-01T08:00:00+01:00</t:DeliveryTime>' +
      '</t:MsgAttributes></t:MsgStatusList>',
    '<t:MsgBoxResponse xmlns:t="http://www.osci.eu/ws/2008/05/transport" MsgBoxRequestID="urn:r:1">' +
      '<t:ItemsPending>0</t:ItemsPending></t:MsgBoxResponse>',
  ),
  MsgBoxFetchRequest: multipart(),
};

function soap(body: string, header = ''): [string, string] {
  const envelope =
    '<?xml version="1.0" encoding="utf-8"?>\r\n<!-- by hand -->' +
    '<Envelope xmlns="http://www.w3.org/2003/05/soap-envelope">' +
    `<Header>${header}</Header><Body>${body}</Body></Envelope>`;
  return ['Application/SOAP+XML;charset=utf-8', envelope];
}

function multipart(): [string, string] {
  const metadata =
    '<m:MessageMetaData xmlns:m="http://www.osci.eu/ws/2014/10/transport"><m:MsgIdentification>' +
    `<m:In-Reply-To>${messageId}</m:In-Reply-To></m:MsgIdentification></m:MessageMetaData>`;
  const include = (cid: string) =>
    `<i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="cid:${cid}"></i:Include>`;
  const [, envelope] = soap(
    '<g:GenericContentContainer xmlns:g="http://xoev.de/transport/xta/211"><g:ContentContainer>' +
      `<g:Message contentType="application/xml">${include('m%40hand')}</g:Message>` +
      `<g:Attachment contentType="application/pdf" filename="Be&quot;scheid.pdf">${include('p')}</g:Attachment>` +
      '</g:ContentContainer></g:GenericContentContainer>',
    metadata,
  );
  const message =
    '<x:prozessnachrichten.eingangsbestaetigung.1120 xmlns:x="http://www.xleitstelle.de/xbau/kernmodul/1/3/0"/>';
  const text =
    'preamble\r\n--=_1\r\ncontent-id: <p>\r\n\r\n%PDF\n\r\n' +
    '--=_1  \r\nContent-Type: application/xop+xml\r\nContent-Transfer-Encoding: 8bit\r\nContent-ID:<r@hand>\r\n\r\n' +
    `${envelope}\r\n--=_1\r\nContent-ID: <m@hand>\r\n\r\n${message}\r\n--=_1--\r\nepilogue`;
  return ['Multipart/Related; type="application/xop+xml"; start="<r@hand>"; Boundary="=_1"', text];
}

beforeAll(async () => {
  const authority = await makeAuthority('Behörde für Tests');
  const { certificate: cert, key } = await issueCertificate(authority, { name: 'hand', hosts: ['localhost'] });
  const client = await issueCertificate(authority, { name: 'konto' });
  server = createServer({ cert, key, ca: authority.certificate, requestCert: true }, async (request, response) => {
    const bytes = await buffer(request);
    const { 'content-type': type = '', 'content-length': length = '' } = request.headers;
    seen.push({ path: `${request.method} ${request.url}`, type, length, bytes });
    const action = /Action[^>]*>[^<]*\/(\w+)</.exec(String(bytes))?.[1] ?? '';
    const [said, text] = answers[action]!;
    response.writeHead(200, { 'content-type': said }).end(text);
  });
  server.listen(0);
  await once(server, 'listening');
  tried = new Trial(adapter, {
    'xta.baseUrl': `https://localhost:${(server.address() as AddressInfo).port}/xta/`,
    'xta.sendPath': '/senden',
    'xta.ca': authority.certificate,
    'xta.clientCertificate': client.certificate,
    'xta.clientKey': client.key,
    'xta.author': 'bap:080000000000',
    'xta.authorName': 'Bau & Portal',
    'xta.reader': 'bab:081150000000',
    'xta.readerName': 'Landratsamt',
    'xta.service': 'urn:example:dienst',
  });
  const files = [attachment('Plan.pdf', Buffer.from('--stellwerk\r\n\0\xff', 'latin1'))];
  tried.question = {
    call: 'deliver',
    delivery: delivery({ format: 'xml', message: { a: { b: 'ü' } }, attachments: files }),
  };
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test('a message is on the wire what SOAP, MTOM and XTA say', async () => {
  expect(await tried.attempt()).toMatchObject({ kind: 'pending', externalReference: messageId });
  expect(seen.map(({ path }) => path)).toEqual(['POST /xta/managementPort', 'POST /xta/senden']);
  expect(seen[0]!.type).toMatch(
    /^application\/soap\+xml; charset=utf-8; action="http:\/\/www\.xta\.de\/XTA\/CreateMessageID"$/,
  );
  const { type, length, bytes } = seen[1]!;
  expect(Number(length)).toBe(bytes.length);
  const boundary = /^multipart\/related; boundary="([^"]+)"; /.exec(type)?.[1];
  expect(type).toBe(
    `multipart/related; boundary="${boundary}"; type="application/xop+xml"; start="<envelope@stellwerk>"; ` +
      'start-info="application/soap+xml"; action="http://www.xta.de/XTA/SendMessage"',
  );
  const [before, root, message, plan, after, ...more] = bytes.toString('latin1').split(`--${boundary}`);
  expect([before, after, more]).toEqual(['', '--\r\n', []]);
  expect(root).toMatch(/^\r\nContent-Type: application\/xop\+xml; charset=UTF-8; type="application\/soap\+xml"\r\n/i);
  expect(root).toContain('Content-ID: <envelope@stellwerk>\r\n');
  for (const part of [
    '<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"',
    '<wsa:Action soap:mustUnderstand="true">http://www.xta.de/XTA/SendMessage</wsa:Action>',
    `<wsa:To soap:mustUnderstand="true">https://localhost:`,
    `<wsa:MessageID>${messageId}</wsa:MessageID>`,
    '<oscimeta:Author><oscimeta:Identifier type="xoev" name="Bau &amp; Portal">bap:080000000000' +
      '</oscimeta:Identifier></oscimeta:Author>',
    '<oscimeta:Reader><oscimeta:Identifier type="xoev" name="Landratsamt">bab:081150000000' +
      '</oscimeta:Identifier></oscimeta:Reader>',
    '<oscimeta:Service>urn:example:dienst</oscimeta:Service>',
    '<xop:Include href="cid:message@stellwerk"',
    '<xop:Include href="cid:attachment-1@stellwerk"',
    ' filename="Plan.pdf" ',
  ])
    expect(root).toContain(part);
  expect(message).toMatch(
    /\r\nContent-ID: <message@stellwerk>\r\n\r\n<\?xml[^>]*\?>\s*<a>\s*<b>Ã¼<\/b>\s*<\/a>\s*\r\n$/s,
  );
  expect(plan).toMatch(/\r\nContent-Transfer-Encoding: binary\r\n.*\r\n\r\n--stellwerk\r\n\0\xff\r\n$/s);
});

test('a server may write as it likes', async () => {
  expect(await tried.find()).toMatchObject({ kind: 'pending', externalReference: messageId });
  expect(await tried.status(messageId)).toMatchObject({
    kind: 'pending',
    replies: [
      {
        id: 'urn:a&b',
        status: 'inBearbeitung',
        at: '2026-03-01T07:00:00.000Z',
        documents: [{ filename: 'Be"scheid.pdf', mimetype: 'application/pdf', bytes: Buffer.from('%PDF\n') }],
      },
    ],
  });
});
