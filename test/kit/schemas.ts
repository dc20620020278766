import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shipped } from '#processes/load.js';
import { field3, group3, regel, schema3, times } from '../fim/handmade.js';

/** Uses the schema S99003000001 in version 1.1.0. */
export const parking = '99108001001000';
/** Without a process of its own. */
export const free = '99010003001000';

const residents = readFileSync(join(shipped, parking, '1.1.0', 'S99003000001V1.1.0.xml'), 'utf8');

/** The schema of Bewohnerparkausweis in another version, with whatever else is changed. */
export function residentsSchema(version: string, change: (xml: string) => string = (xml) => xml): string {
  const id = /(<xdf:id>S99003000001<\/xdf:id>\s*<xdf:version>)1\.1\.0/;
  return change(residents.replace(id, `$1${version}`));
}

/** A small schema: a mandatory text, a list, if it asks for one, and a rule that is only text, if there is one. */
export function smallSchema({
  id = 'S08000000077',
  version = '1.0.0',
  status = '6',
  list = '',
  rule = '',
} = {}): string {
  const reference =
    list && `<codelisteReferenz><canonicalIdentification>${list}</canonicalIdentification></codelisteReferenz>`;
  const fields =
    times('1:1', field3('F08000000771', 'text', { label: 'Anliegen' })) +
    (list && times('0:1', field3('F08000000772', 'text', { input: 'select', more: reference })));
  const rules = rule && regel(undefined, { id: smallRule, text: rule });
  return schema3(times('1:1', group3('G08000000770', fields, { more: rules })))
    .replace('<id>S08000000001</id><version>1.0.0</version>', `<id>${id}</id><version>${version}</version>`)
    .replace('<freigabestatus><code xmlns="">6', `<freigabestatus><code xmlns="">${status}`);
}

const smallRule = 'R08000000770';

/** Rules beside {@link smallSchema} that translate its text: the field may not say this. */
export const smallRules = (text: string, version: string, forbidden: string) =>
  JSON.stringify({
    schema: 'S08000000077',
    schemaVersion: '1.0.0',
    version,
    rules: [
      {
        id: 'anliegen',
        rule: smallRule,
        text,
        statements: [
          {
            effect: 'valid',
            target: 'self.F08000000771',
            condition: { not_equal: [{ identifier: 'self.F08000000771' }, forbidden] },
            message: 'Bitte nennen Sie Ihr Anliegen genauer.',
          },
        ],
      },
    ],
  });

/** A form for {@link smallSchema}. */
export const smallForm = { G08000000770_0_F08000000771: 'Bitte prüfen' };

const row = (code: string) =>
  `<Row><Value ColumnRef="code"><SimpleValue>${code}</SimpleValue></Value>` +
  `<Value ColumnRef="name"><SimpleValue>Eintrag ${code}</SimpleValue></Value></Row>`;

export const codeList = (
  uri: string,
  version: string,
  codes = ['01', '02', '03'],
) => `<?xml version="1.0" encoding="UTF-8"?>
<gc:CodeList xmlns:gc="http://docs.oasis-open.org/codelist/ns/genericode/1.0/">
  <Identification><ShortName>test</ShortName><LongName>Test</LongName><Version>${version}</Version>
    <CanonicalUri>${uri}</CanonicalUri><CanonicalVersionUri>${uri}_${version}</CanonicalVersionUri></Identification>
  <ColumnSet><Column Id="code" Use="required"><ShortName>code</ShortName><Data Type="string"/></Column>
    <Column Id="name" Use="required"><ShortName>name</ShortName><Data Type="string"/></Column>
    <Key Id="codeKey"><ShortName>codeKey</ShortName><ColumnRef Ref="code"/></Key></ColumnSet>
  <SimpleCodeList>${codes.map(row).join('')}</SimpleCodeList>
</gc:CodeList>`;

/** The lists that the real schema S00000121 pins, with a few entries each. */
export const blueCardLists = Object.fromEntries(
  [
    ['urn:xpersonenstand:schluesseltabelle:geschlecht', '2'],
    ['urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:staatsangehoerigkeit', '2017-01-01'],
    ['urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:staat', '2017-01-01'],
    ['urn:de:xoev:codeliste:erreichbarkeit', '2'],
  ].map(([uri, version]) => [uri!, codeList(uri!, version!)]),
);
