import { field2, field3, group3, regel, schema2, schema3, times, values } from './handmade.js';

const smallList = '<canonicalIdentification>urn:test:small</canonicalIdentification>';

const letters = '<praezisierung minLength="1" maxLength="9" pattern="[A-Z][a-z-[x]]*"/>';
const pdf = '<maxSize>1000</maxSize><mediaType>application/pdf</mediaType>';

const fees = group3(
  'G08000000001',
  times('1:1', field3('F08000000002', 'num_currency', { more: '<praezisierung minValue="0" maxValue="99.5"/>' })) +
    times('0:1', field3('F08000000003', 'text', { input: 'select', more: values(['01', 'ja'], ['02', 'nein']) })),
  {
    more: regel([
      {
        effect: 'require',
        target: 'self.F08000000003',
        condition: { equal: [{ identifier: 'self.F08000000002' }, 5] },
        message: 'Bitte wählen.',
      },
    ]),
  },
);

const dayOrMoment = group3(
  'G08000000002',
  times('0:1', field3('F08000000004', 'date', { more: '<praezisierung minValue="2020-01-01"/>' })) +
    times('0:1', field3('F08000000005', 'datetime')),
  { more: '<art><code>X</code></art>' },
);

const codes3 = `<codelisteReferenz>${smallList}</codelisteReferenz>`;

const rich = schema3(
  times('1:1', field3('F08000000001', 'text', { more: letters })) +
    times('0:*', fees) +
    times('0:1', dayOrMoment) +
    times('0:3', field3('F08000000006', 'file', { more: pdf })) +
    times('0:1', field3('F08000000007', 'bool', { input: 'locked', more: '<inhalt>true</inhalt>' })) +
    times('1:1', field3('F08000000008', 'text', { input: 'label', more: '<inhalt>Hinweis</inhalt>' })) +
    times('0:1', field3('F08000000009', 'text_latin', { input: 'select', more: codes3 })) +
    times('0:1', field3('F08000000010', 'time')) +
    times('0:1', field3('F08000000011', 'num_int')),
);

const lengths2 = '<praezisierung>{"minLength":"1","maxLength":"9"}</praezisierung>';
const uris2 = `<genericodeIdentification>${smallList}<version>2</version></genericodeIdentification>`;
const codes2 = `<codelisteReferenz>${uris2}</codelisteReferenz>`;

const older = schema2(
  times('1:1', field2('F08000001', 'text', { more: lengths2 })) +
    times('0:2', field2('F08000002', 'num')) +
    times('0:1', field2('F08000003', 'text', { input: 'select', more: codes2 })),
);

const codeList =
  '<gc:CodeList xmlns:gc="http://docs.oasis-open.org/codelist/ns/genericode/1.0/">' +
  '<Identification><Version>1</Version><CanonicalUri>urn:test:x</CanonicalUri></Identification>' +
  '<ColumnSet><Column Id="code"/><Column Id="name"/><Key Id="codeKey"><ColumnRef Ref="code"/></Key></ColumnSet>' +
  '<SimpleCodeList><Row><Value ColumnRef="code"><SimpleValue>01</SimpleValue></Value><Value ColumnRef="name"/></Row>' +
  '</SimpleCodeList></gc:CodeList>';

/** Small valid files that together use every part of the two standards and of genericode. */
export const seedFiles: string[] = [rich, older, codeList];
