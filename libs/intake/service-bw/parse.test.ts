import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { DateTime } from 'luxon';
import { Problem } from '#problems/problem.js';
import type { Json } from '#submission/vocabulary.js';
import { corpusFolder } from '../../../test/corpus.js';
import { pace } from '../../../test/kit/pace.js';
import type { FormContent, Known, Limits } from './form.js';
import { parse } from './parse.js';

const limits: Limits = { body: 25 << 20, file: 20 << 20, files: 20, fields: 5000, depth: 64 };
const nothing: Known = { groups: new Set(), fields: new Set() };

function read(
  contentType: string,
  body: string | Buffer,
  known = nothing,
  given: Partial<Limits> = {},
): Promise<FormContent> {
  return parse({ contentType, body: Buffer.from(body as string), limits: { ...limits, ...given }, known });
}

const json = (body: unknown, known?: Known, given?: Partial<Limits>) =>
  read('application/json', typeof body === 'string' ? body : JSON.stringify(body), known, given);
const xml = (fields: string, known?: Known, given?: Partial<Limits>) =>
  read(
    'application/xml',
    `<serviceportal><serviceportal-fields>${fields}</serviceportal-fields></serviceportal>`,
    known,
    given,
  );

async function codeOf(reading: Promise<unknown>): Promise<string> {
  return reading.then(
    () => 'taken',
    (error) => (error instanceof Problem ? error.code : Promise.reject(error)),
  );
}

const valuesOf = ({ fields }: FormContent) => Object.fromEntries(fields.map(({ key, value }) => [key, value]));

function multipart(
  parts: { name: string; filename?: string; type?: string; content: string | Buffer }[],
  boundary = 'grenze',
): [string, Buffer] {
  const head = (name: string, filename?: string, type?: string) =>
    [
      `--${boundary}\r\n`,
      `Content-Disposition: form-data; name="${name}"${filename ? `; filename="${filename}"` : ''}\r\n`,
      type ? `Content-Type: ${type}\r\n` : '',
      '\r\n',
    ].join('');
  const chunks = parts.flatMap(({ name, filename, type, content }) => [
    Buffer.from(head(name, filename, type)),
    Buffer.from(content as string),
    Buffer.from('\r\n'),
  ]);
  return [`multipart/form-data; boundary=${boundary}`, Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)])];
}

describe('JSON', () => {
  test('is taken with metadata and without', async () => {
    const fields = { g_0_a: 'x', g_0_b: true, g_1_a: '', g_0_c: ['u', 'v'] };
    const pdf = Buffer.from('%PDF-1.7');
    const metadata = {
      postfachHandleId: 'p-1',
      formId: '6000357:testform:v1.0',
      creationDate: '2026-11-22T10:00:00+01:00',
      pdfApplicantFormBase64: pdf.toString('base64'),
    };
    const withMetadata = await json({ metadata, fields });
    expect(valuesOf(withMetadata)).toEqual(fields);
    expect(withMetadata.metadata).toEqual({
      postfachHandleId: 'p-1',
      formId: '6000357:testform:v1.0',
      creationDate: '2026-11-22T10:00:00+01:00',
      pdfApplicantForm: pdf,
    });
    expect(withMetadata.fields[2]).toEqual({ key: 'g_1_a', group: 'g', instance: 1, field: 'a', value: '' });
    const level = async (trustLevel: string) => (await json({ metadata: { trustLevel }, fields })).metadata?.trustLevel;
    const said = [
      'hoch',
      'Substantiell',
      'STORK-QAA-Level-4',
      'STORK-QAA-Level-3',
      'STORK-QAA-Level-2',
      'sehr hoch',
      '',
    ];
    expect(await Promise.all(said.map(level))).toEqual([
      'hoch',
      'substantiell',
      'hoch',
      'substantiell',
      'niedrig',
      undefined,
      undefined,
    ]);
    const flat = await json(fields);
    expect(flat.metadata).toBeUndefined();
    expect(flat.fields).toEqual(withMetadata.fields);
  });

  test('null is no input, as the portal writes it for an unanswered yes/no', async () => {
    expect(valuesOf(await json({ g_0_a: null }))).toEqual({ g_0_a: '' });
  });

  test('a byte order mark and escapes do no harm', async () => {
    expect(valuesOf(await json('\uFEFF{"g_0_a":"\\u00fc \\" \\\\"}'))).toEqual({ g_0_a: 'ü " \\' });
  });

  test.each<[string, string, string]>([
    ['empty', '', 'malformed'],
    ['cut', '{"g_0_a":"x', 'malformed'],
    ['a list', '[]', 'malformed'],
    ['two documents', '{}{}', 'malformed'],
    ['a doubled key', '{"g_0_a":"1","g_0_a":"2"}', 'malformed'],
    ['a key doubled by an escape', '{"g_0_a":"1","g_0_\\u0061":"2"}', 'malformed'],
    ['__proto__', '{"g_0_a":{"__proto__":{"x":1}}}', 'malformed'],
    ['__proto__ by escapes', '{"\\u005f_proto__":{"x":1}}', 'malformed'],
    ['constructor', '{"constructor":{"prototype":{}}}', 'malformed'],
    ['NUL', '{"g_0_a":"\\u0000"}', 'malformed'],
    ['half a surrogate pair', '{"g_0_a":"\\ud800"}', 'malformed'],
    ['a number that is not exact', '{"g_0_a":12345678901234567890}', 'malformed'],
    ['infinity', '{"g_0_a":1e999}', 'malformed'],
    ['garbage instead of base64', '{"g_0_a":{"filename":"a.pdf","fileAsBase64":"ab!d"}}', 'malformed'],
    ['cut base64', '{"g_0_a":{"filename":"a.pdf","fileAsBase64":"QUJ"}}', 'malformed'],
    ['a file without name', '{"g_0_a":{"fileAsBase64":"QUJD"}}', 'malformed'],
    ['something beside metadata and fields', '{"fields":{},"felder":{}}', 'malformed'],
    ['a very long key', `{"${'k'.repeat(401)}":1}`, 'malformed'],
    ['65 levels', `{"g_0_a":${'['.repeat(64)}${']'.repeat(64)}}`, 'too-deep'],
    ['20 000 levels, never closed', '['.repeat(20_000), 'too-deep'],
  ])('%s gets a clear answer', async (_, body, code) => {
    expect(await codeOf(json(body))).toBe(code);
  });

  test('invalid UTF-8 is refused, not replaced', async () => {
    expect(await codeOf(read('application/json', Buffer.from('{"g_0_a":"\xff"}', 'latin1')))).toBe('malformed');
  });

  test('64 levels and 5,000 fields are taken, one more is not', async () => {
    expect(await codeOf(json(`{"g_0_a":${'['.repeat(63)}${']'.repeat(63)}}`))).toBe('taken');
    const fields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`g_${n}_a`, n]));
    expect(await codeOf(json(fields(5000)))).toBe('taken');
    expect(await codeOf(json(fields(5001)))).toBe('too-many-fields');
    expect(await codeOf(json({ g_0_a: Array(200_000).fill(0) }))).toBe('too-many-fields');
  });
});

describe('keys', () => {
  const known: Known = {
    groups: new Set(['halter', 'halter_0', 'a_1_b']),
    fields: new Set(['name', '1_name', 'F_0_9']),
  };
  test.each<[string, string, number, string]>([
    ['halter_0_name', 'halter', 0, 'name'],
    ['halter_0_1_name', 'halter', 0, '1_name'],
    ['halter_0_2_name', 'halter_0', 2, 'name'],
    ['a_1_b_3_name', 'a_1_b', 3, 'name'],
    ['neu_7_name', 'neu', 7, 'name'],
    ['x_1_y_2_z', 'x', 1, 'y_2_z'],
    ['F_0_9', '', 0, 'F_0_9'],
    ['frei', '', 0, 'frei'],
  ])('%s belongs to group „%s“, instance %i, field „%s“', async (key, group, instance, field) => {
    expect((await json({ [key]: 'x' }, known)).fields).toEqual([{ key, group, instance, field, value: 'x' }]);
  });
});

describe('files', () => {
  const content = Buffer.from('PDF content');
  const asBase64 = { filename: 'dummy.pdf', fileAsBase64: content.toString('base64') };

  test('one file and a list of files are taken out of the form', async () => {
    const { fields, files } = await json({
      g_0_one: asBase64,
      g_0_two: [asBase64, { ...asBase64, filename: 'C:\\x\\zwei.PNG' }],
    });
    expect(files.map(({ filename, mimetype, bytes }) => [filename, mimetype, Buffer.from(bytes).toString()])).toEqual([
      ['dummy.pdf', 'application/pdf', 'PDF content'],
      ['dummy.pdf', 'application/pdf', 'PDF content'],
      ['zwei.PNG', 'image/png', 'PDF content'],
    ]);
    expect(fields[0]!.value).toEqual({
      attachmentId: files[0]!.attachmentId,
      filename: 'dummy.pdf',
      mimetype: 'application/pdf',
      size: 11,
    });
    expect((fields[1]!.value as Json[]).length).toBe(2);
  });

  test.each([
    ['Pla\u0308ne/U\u0308bersicht.pdf', 'Übersicht.pdf'],
    ['C:\\Pla\u0308ne\\a\u0308.pdf', 'ä.pdf'],
    ['A\u0308nderung.pdf', 'Änderung.pdf'],
  ])('a path in NFD (%s) leaves the whole name', async (filename, name) => {
    const { files } = await json({ g_0_f: { ...asBase64, filename } });
    expect(files[0]!.filename).toBe(name);
  });

  test('limits on size and number are answered apart', async () => {
    expect(await codeOf(json({ g_0_f: asBase64 }, nothing, { file: 10 }))).toBe('too-large');
    expect(
      await codeOf(
        json({ metadata: { pdfApplicantFormBase64: asBase64.fileAsBase64 }, fields: {} }, nothing, { file: 10 }),
      ),
    ).toBe('too-large');
    expect(await codeOf(json({ g_0_f: [asBase64, asBase64] }, nothing, { files: 1 }))).toBe('too-many-files');
  });

  test('names alone are filled from the parts of a multipart body', async () => {
    const submission = { g_0_one: 'a.pdf', g_0_two: ['b.png', 'a.pdf'], g_0_text: 'nur Text' };
    const [type, body] = multipart([
      { name: 'submission', type: 'application/json', content: JSON.stringify(submission) },
      { name: 'datei', filename: 'a.pdf', type: 'application/pdf', content: Buffer.from([0, 255, 13, 10, 45, 45]) },
      { name: 'datei', filename: 'b.png', type: 'image/png', content: 'bild' },
      { name: 'datei', filename: 'a.pdf', type: 'application/pdf', content: 'zweites' },
      { name: 'datei', filename: 'ohne Feld.txt', type: 'text/plain', content: '' },
    ]);
    const form = await read(type, body);
    const [a, b, second, loose] = form.files;
    expect(Buffer.from(a!.bytes)).toEqual(Buffer.from([0, 255, 13, 10, 45, 45]));
    expect(loose).toMatchObject({ filename: 'ohne Feld.txt', mimetype: 'text/plain' });
    expect(valuesOf(form)).toEqual({
      g_0_one: { attachmentId: a!.attachmentId, filename: 'a.pdf', mimetype: 'application/pdf', size: 6 },
      g_0_two: [
        { attachmentId: b!.attachmentId, filename: 'b.png', mimetype: 'image/png', size: 4 },
        { attachmentId: second!.attachmentId, filename: 'a.pdf', mimetype: 'application/pdf', size: 7 },
      ],
      g_0_text: 'nur Text',
    });
  });
});

describe('multipart', () => {
  const submission = { name: 'submission', content: '{"g_0_a":"x"}' };

  test('takes XML without a type, too, and another boundary is the same content', async () => {
    const parts = [
      {
        name: 'submission',
        content: '<serviceportal-fields><g><instance_0><a>x</a></instance_0></g></serviceportal-fields>',
      },
    ];
    const one = await read(...multipart(parts));
    const other = await read(...multipart(parts, 'andere-grenze'));
    expect(valuesOf(one)).toEqual({ g_0_a: 'x' });
    expect(other.digest).toBe(one.digest);
    expect((await read(...multipart([submission]))).digest).not.toBe(one.digest);
  });

  test.each<[string, (type: string, body: Buffer) => [string, Buffer], string]>([
    ['cut', (type, body) => [type, body.subarray(0, -6)], 'malformed'],
    ['cut within the headers', (type, body) => [type, body.subarray(0, 30)], 'malformed'],
    ['without its boundary', (_, body) => ['multipart/form-data', body], 'unsupported-media-type'],
    ['of another boundary', (_, body) => ['multipart/form-data; boundary=x', body], 'malformed'],
    ['empty', (type) => [type, Buffer.alloc(0)], 'malformed'],
    ['without a submission', () => multipart([{ name: 'antrag', content: '{}' }]), 'malformed'],
    ['with two submissions', () => multipart([submission, submission]), 'malformed'],
    [
      'with too many parts',
      () => multipart([submission, ...Array(300_000).fill({ name: 'f', content: 'x' })]),
      'too-many-files',
    ],
    ['with a huge header', () => multipart([{ name: 'f'.repeat(5e6), content: '' }]), 'malformed'],
    [
      'with a submission of another type',
      () => multipart([{ ...submission, type: 'application/pdf' }]),
      'unsupported-media-type',
    ],
  ])('%s gets a clear answer', async (_, spoil, code) => {
    expect(await codeOf(read(...spoil(...multipart([submission]))))).toBe(code);
  });
});

describe('XML', () => {
  test('is taken with metadata, lists, files and text as it stands', async () => {
    const form = await read(
      'text/xml; charset=UTF-8',
      `<?xml version="1.0" encoding="UTF-8"?>\n<serviceportal>
        <metadata><formId>6000357:testform:v1.0</formId><postfachHandleId/>
          <creationDate>2026-11-22T10:00:00+01:00</creationDate></metadata>
        <serviceportal-fields><main_1_Group>
          <instance_0><text> a\r\n&lt;b&gt; &#252;</text><empty/><list>
            <selectedValue>Hund &amp;amp; Katze</selectedValue><selectedValue>zwei</selectedValue></list>
            <file><base64Data>UERG\nIGNv</base64Data><mimetype>application/pdf</mimetype>
              <filename>a &amp; b.pdf</filename></file></instance_0>
          <instance_1><text><![CDATA[<html>]]></text></instance_1>
        </main_1_Group></serviceportal-fields></serviceportal>`,
    );
    expect(form.metadata).toEqual({ formId: '6000357:testform:v1.0', creationDate: '2026-11-22T10:00:00+01:00' });
    expect(valuesOf(form)).toEqual({
      main_1_Group_0_text: ' a\n<b> ü',
      main_1_Group_0_empty: '',
      main_1_Group_0_list: ['Hund & Katze', 'zwei'],
      main_1_Group_0_file: {
        attachmentId: form.files[0]!.attachmentId,
        filename: 'a & b.pdf',
        mimetype: 'application/pdf',
        size: 6,
      },
      main_1_Group_1_text: '<html>',
    });
    expect(form.fields[0]).toMatchObject({ group: 'main_1_Group', instance: 0, field: 'text' });
  });

  test('ids that are no XML names are recognised behind their escapes', async () => {
    const known: Known = { groups: new Set(['g']), fields: new Set(['123id', '4', '_echt']) };
    const form = await xml(
      '<g><instance_0><_x0031_23id>a</_x0031_23id><_4>b</_4><_echt>c</_echt></instance_0></g>',
      known,
    );
    expect(form.fields.map(({ field }) => field)).toEqual(['123id', '4', '_echt']);
  });

  const whole = '<serviceportal><serviceportal-fields/></serviceportal>';
  test.each<[string, string, string]>([
    ['empty', '', 'malformed'],
    ['another document', '<html/>', 'malformed'],
    ['mismatched tags', '<serviceportal></x>', 'malformed'],
    ['two roots', whole + whole, 'malformed'],
    ['cut', whole.slice(0, -5), 'malformed'],
    ['NUL', `${whole}\0`, 'malformed'],
    ['NUL as a reference', '<serviceportal>&#0;</serviceportal>', 'malformed'],
    ['a DOCTYPE', `<!DOCTYPE x>${whole}`, 'malformed'],
    [
      'an external entity',
      `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><serviceportal>&e;</serviceportal>`,
      'malformed',
    ],
    ['an unknown entity', '<serviceportal>&uuml;</serviceportal>', 'malformed'],
    ['another encoding', `<?xml version="1.0" encoding="ISO-8859-1"?>${whole}`, 'malformed'],
    [
      'a field twice',
      '<serviceportal-fields><g><instance_0><a/><a/></instance_0></g></serviceportal-fields>',
      'malformed',
    ],
    ['no instance', '<serviceportal-fields><g><a>x</a></g></serviceportal-fields>', 'malformed'],
    ['__proto__', '<serviceportal-fields><__proto__/></serviceportal-fields>', 'malformed'],
    ['10⁵ elements', `<serviceportal>${'<b/>'.repeat(100_001)}</serviceportal>`, 'too-many-fields'],
    [
      '10⁵ attributes',
      `<serviceportal ${Array.from({ length: 100_001 }, (_, n) => `a${n}=""`).join(' ')}/>`,
      'too-many-fields',
    ],
    ['20 000 levels', '<a>'.repeat(20_000), 'too-deep'],
  ])('%s gets a clear answer', async (_, body, code) => {
    expect(await codeOf(read('application/xml', body))).toBe(code);
  });

  test('5,001 fields are too many', async () => {
    expect(
      await codeOf(
        xml(`<g>${Array.from({ length: 5001 }, (_, n) => `<instance_${n}><a/></instance_${n}>`).join('')}</g>`),
      ),
    ).toBe('too-many-fields');
  });
});

describe('other formats', () => {
  test.each(['text/plain', 'application/pdf', 'garbage', '', 'application/json; charset=latin1'])(
    '%p is not taken',
    async (type) => {
      expect(await codeOf(read(type, '{}'))).toBe('unsupported-media-type');
    },
  );
});

describe('P6 the worst input within the limits', () => {
  const big = 25 << 20;
  beforeAll(async () => {
    // the parser is then compiled, as in a gateway that has been running
    for (let round = 0; round < 20; round++)
      await xml(`<g><instance_0><a>${'x &amp;\n'.repeat(20_000)}</a></instance_0></g>`);
  });
  const wrap = (content: string) =>
    `<serviceportal><serviceportal-fields><g><instance_0><a>${content}</a></instance_0></g>` +
    '</serviceportal-fields></serviceportal>';
  test.each<[string, string, () => string | Buffer]>([
    [
      'a file of 15 MB in JSON',
      'application/json',
      () => JSON.stringify({ g_0_f: { filename: 'a', fileAsBase64: Buffer.alloc(15e6, 7).toString('base64') } }),
    ],
    ['a text of escapes in JSON', 'application/json', () => `{"g_0_a":"${'\\"'.repeat(big / 2 - 10)}"}`],
    ['backslashes in JSON', 'application/json', () => `{"g_0_a":"${'\\\\'.repeat(big / 2 - 10)}"}`],
    ['blanks in JSON', 'application/json', () => `{${' '.repeat(big - 10)}}`],
    ['digits in JSON', 'application/json', () => `{"g_0_a":${'1'.repeat(big - 20)}}`],
    [
      'a file of 15 MB in XML',
      'application/xml',
      () =>
        wrap(
          `<base64Data>${Buffer.alloc(15e6, 7).toString('base64').replace(/.{76}/g, '$&\n')}</base64Data>` +
            '<filename>a</filename>',
        ),
    ],
    ['entities in XML', 'application/xml', () => wrap('&amp;'.repeat(big / 5 - 100))],
    ['carriage returns in XML', 'application/xml', () => wrap('\r'.repeat(big - 200))],
    ['comments in XML', 'application/xml', () => wrap('<!---->'.repeat(big / 7 - 100))],
    ['empty CDATA in XML', 'application/xml', () => wrap('<![CDATA[]]>'.repeat(big / 12 - 100))],
    ['one attribute in XML', 'application/xml', () => `<serviceportal a="${'x'.repeat(big - 100)}"/>`],
    ['one name in XML', 'application/xml', () => `<${'x'.repeat(big - 100)}/>`],
    ['a DOCTYPE without end', 'application/xml', () => `<!DOCTYPE x [${'<!ENTITY a "b">'.repeat(big / 16)}`],
    [
      'near-boundaries in multipart',
      `multipart/form-data; boundary=${'a'.repeat(70)}`,
      () => multipart([{ name: 'f', content: `\r\n--${'a'.repeat(69)}`.repeat(big / 80) }], 'a'.repeat(70))[1],
    ],
    [
      'hyphens in multipart',
      `multipart/form-data; boundary=${'-'.repeat(70)}`,
      () => multipart([{ name: 'f', content: '-'.repeat(big - 500) }], '-'.repeat(70))[1],
    ],
  ])('P6 %s is answered within 2 s, and never blocks the others for 1 s', async (what, type, make) => {
    const body = Buffer.from(make() as string);
    expect(body.length).toBeLessThanOrEqual(big);
    const spent = () => process.cpuUsage().user / 1000; // not the clock: other processes may be busy
    const paceBefore = pace();
    const started = spent();
    let last = started;
    let longest = 0;
    const beat = setInterval(() => {
      longest = Math.max(longest, spent() - last);
      last = spent();
    }, 1);
    await parse({ contentType: type, body, limits, known: nothing }).catch((error) =>
      expect(error).toBeInstanceOf(Problem),
    );
    clearInterval(beat);
    longest = Math.max(longest, spent() - last);
    const all = spent() - started;
    const slowness = Math.max(paceBefore, pace());
    expect(all).toBeLessThan(2000 * slowness);
    expect(longest).toBeLessThan(1000 * slowness);
    if (process.env['MEASURE'])
      process.stdout.write(
        `${what}: ${all.toFixed()} ms, blocked ${longest.toFixed()} ms, pace ${slowness.toFixed(2)}\n`,
      );
  });
});

const corpus = corpusFolder('servicebw');
const present = existsSync(corpus);

describe('real forms of the Serviceportal', () => {
  type Held = { fields: Record<string, { value: unknown }>; formId: string };
  const load = (name: string): Held => JSON.parse(readFileSync(join(corpus, name), 'utf8'));

  /** As the Serviceportal's dumpers write a value that a form holds. */
  function dumped(id: string, value: unknown): Json {
    if (value === null) return '';
    if (id === 'date') return DateTime.fromISO(value as string, { zone: 'Europe/Berlin' }).toFormat('yyyy-MM-dd');
    if (id === 'time') return DateTime.fromISO(value as string, { zone: 'Europe/Berlin' }).toFormat('HH:mm:ss');
    if (typeof value === 'number') return value.toFixed(2);
    if (typeof value !== 'object' || Array.isArray(value)) return value as Json;
    if ('verificationToken' in value) return (value as unknown as { value: string }).value;
    const { uploadedFilename, data } = value as { uploadedFilename: string; data: number[] };
    return { filename: uploadedFilename, fileAsBase64: Buffer.from(data).toString('base64') };
  }

  const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

  function toXml(value: Json): string {
    if (Array.isArray(value)) return value.map((entry) => `<selectedValue>${toXml(entry)}</selectedValue>`).join('');
    if (typeof value !== 'object' || value === null) return escaped(String(value));
    return (
      `<base64Data>${value['fileAsBase64']}</base64Data><mimetype>application/pdf</mimetype>` +
      `<filename>${value['filename']}</filename>`
    );
  }

  /** Both dumps of one form; group ids get a `_`, as real forms may have. */
  function dump({ fields, formId }: Held) {
    const entries = Object.entries(fields).map(([key, { value }]) => {
      const [group = '', instance = '', id = ''] = key.split(':');
      return { group: `${group}_0_x`, instance, id, value: dumped(id, value) };
    });
    const groups = [...new Set(entries.map(({ group }) => group))];
    const metadata = {
      postfachHandleId: 'ab0b63be',
      formId,
      creationDate: '2020-10-01T13:43:23+0200',
      pdfApplicantFormBase64: 'JVBERg==',
    };
    const elements = (of: object) =>
      Object.entries(of)
        .map(([name, text]) => `<${name}>${text}</${name}>`)
        .join('');
    const inGroup = (name: string) =>
      entries
        .filter(({ group }) => group === name)
        .map(({ id, value }) => `<${id}>${toXml(value)}</${id}>`)
        .join('');
    const inGroups = groups.map((name) => `<${name}><instance_0>${inGroup(name)}</instance_0></${name}>`).join('');
    return {
      known: { groups: new Set(groups), fields: new Set(entries.map(({ id }) => id)) },
      json: {
        metadata,
        fields: Object.fromEntries(
          entries.map(({ group, instance, id, value }) => [`${group}_${instance}_${id}`, value]),
        ),
      },
      xml:
        `<?xml version="1.0" encoding="UTF-8"?><serviceportal><metadata>${elements(metadata)}</metadata>` +
        `<serviceportal-fields>${inGroups}</serviceportal-fields></serviceportal>`,
    };
  }

  const ofCorpus = present ? test : test.skip;

  ofCorpus('a form with all kinds of fields says the same as JSON and as XML', async () => {
    const { known, json: asJson, xml: asXml } = dump(load('formContent_allFields.json'));
    const fromJson = await json(asJson, known);
    const fromXml = await read('application/xml', asXml, known);
    const main = (form: FormContent) =>
      Object.fromEntries(
        form.fields.filter(({ group }) => group === 'mainGroupId_0_x').map(({ field, value }) => [field, value]),
      );
    for (const form of [fromJson, fromXml]) {
      expect(main(form)).toMatchObject({
        date: '2015-08-09',
        time: '10:44:00',
        money: '5.66',
        name: 'Testname',
        dateNull: '',
        multiselect: ['firstOption', 'secondOption'],
      });
      expect(main(form)['fileupload']).toMatchObject({ filename: 'dummy.pdf', mimetype: 'application/pdf', size: 11 });
      expect(Buffer.from(form.files[0]!.bytes).toString()).toBe('PDF content');
      expect(form.metadata).toMatchObject({
        formId: '6000357:testform:v1.0',
        creationDate: '2020-10-01T13:43:23+0200',
      });
      expect(form.metadata!.pdfApplicantForm).toEqual(Buffer.from('%PDF'));
    }
    expect(main(fromJson)).toMatchObject({ yesno: true, npa: false });
    const comparable = (form: FormContent) =>
      form.fields.map(({ key, value }) => [key, (value as { filename?: string }).filename ?? String(value)]).sort();
    expect(comparable(fromXml)).toEqual(comparable(fromJson));
  });

  ofCorpus('a field id that XML cannot write arrives in JSON', async () => {
    const { known, json: asJson } = dump(load('formContent_withIllegalXmlName.json'));
    expect((await json(asJson, known)).fields.map(({ field, value }) => [field, value])).toEqual([
      ['123illegalNameForXmlNode', ''],
      ['exampleField', 'hi!'],
    ]);
  });
});
