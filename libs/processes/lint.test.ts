import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { lintAll } from './lint.js';
import { shipped } from './load.js';

const leistung = '99108001001000';
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'processes-'));
  cpSync(join(shipped, leistung), join(dir, leistung), { recursive: true });
});
afterEach(() => rmSync(dir, { recursive: true }));

/** Changes one file of the copied process and answers what the lint says. */
async function changing(file: string, change: (text: string) => string): Promise<string> {
  const path = join(dir, leistung, file);
  const before = readFileSync(path, 'utf8');
  const changed = change(before);
  expect(changed).not.toBe(before);
  writeFileSync(path, changed);
  return (await lintAll({ dir })).map(({ message }) => message).join('\n');
}
interface Written {
  mapping: Record<string, string>;
  parameters: Record<string, Record<string, unknown>>;
  steps: [Record<string, unknown>, Record<string, unknown>];
}
const inProcess = (change: (process: Written) => void) =>
  changing('process.json', (text) => {
    const process = JSON.parse(text);
    change(process);
    return JSON.stringify(process);
  });

test('every process that is shipped is sound, and its examples are answered as they say', async () => {
  expect(await lintAll()).toEqual([]);
});

describe('the lint finds', () => {
  test('a mandatory field without form field', async () => {
    expect(await inProcess(({ mapping }) => delete mapping['antrag.zone'])).toContain('„Parkzone“');
  });

  test('a mapped path that does not exist', async () => {
    expect(
      await inProcess(({ mapping }) => {
        mapping['antrag.neu'] = 'G99003000001.F99003000099';
      }),
    ).toContain('F99003000099');
  });

  test('a parameter that is used and not defined, and one that is defined and not used', async () => {
    const said = await inProcess(({ parameters }) => {
      delete parameters['gebuehr'];
      parameters['uebrig'] = { title: 'Übrig', type: 'string' };
    });
    expect(said).toContain('Der Parameter gebuehr ist nicht definiert');
    expect(said).toContain('Der Parameter uebrig wird nirgends gebraucht');
  });

  test('a default that its own definition refuses', async () => {
    expect(
      await inProcess(({ parameters }) => {
        parameters['gueltigkeitMonate'] = { ...parameters['gueltigkeitMonate'], default: 0 };
      }),
    ).toContain('passt nicht zur Definition');
  });

  test('an expression that names an element the schema does not have', async () => {
    expect(await changing('nachricht.jsonata', (text) => text.replace('F99003000005', 'F99003000055'))).toContain(
      'F99003000055',
    );
  });

  test('an expression that says something else each time', async () => {
    expect(await changing('nachricht.jsonata', (text) => text.replace('submission.receivedAt', '$now()'))).toContain(
      '$now',
    );
  });

  test('an expression that cannot be read', async () => {
    expect(await changing('nachricht.jsonata', (text) => text.slice(0, -4))).toContain('JSONata');
  });

  test('an adapter that is not there or of the wrong kind', async () => {
    const said = await inProcess(({ steps }) => {
      steps[0]['adapter'] = 'echo';
      steps[1]['adapter'] = 'brieftaube';
    });
    expect(said).toContain('echo ist keiner der Art register');
    expect(said).toContain('brieftaube gibt es nicht');
  });

  test('a consent that is no yes-or-no field', async () => {
    expect(
      await inProcess(({ steps }) => {
        steps[0]['consent'] = 'G99003000001.F99003000001';
      }),
    ).toContain('kein Ja-Nein-Feld');
  });

  test('an example that is not answered as it says', async () => {
    expect(
      await changing('examples/invalid-kennzeichen.expected.json', (text) => text.replace('"pattern"', '"format"')),
    ).toContain('invalid-kennzeichen.json wird beantwortet');
    expect(await changing('examples/valid-erster-ausweis.json', (text) => text.replace('"16"', '""'))).toContain(
      'antrag_0_zone',
    );
  });

  test('a template that names what is not there, and one whose message cannot be written', async () => {
    const saying = (templates: object) =>
      inProcess(({ steps }) => {
        steps[1]['templates'] = templates;
      });
    const xml = (message: string) => saying({ eigene: { title: 'Eigene', format: 'xml', message } });
    expect(await xml('{ "a": data.G99003000001.F99003000099 }')).toContain('Vorlage eigene: F99003000099 gibt es');
    expect(await xml('{ "a": parameters.gebuer }')).toContain(
      'Vorlage eigene: Der Parameter gebuer ist nicht definiert',
    );
    expect(await xml('{ "a": registers.meldung.x }')).toContain('Einen Registerschritt meldung gibt es davor nicht');
    expect(await xml('{ "a": $now() }')).toContain('Vorlage eigene: $now gibt jedes Mal etwas anderes');
    const rows = { title: 'Eigene', format: 'csv', columns: ['a'], message: '[{ "b": 1 }]' };
    expect(await saying({ eigene: rows })).toContain('Die Spalte b steht nicht unter columns');
    expect(await saying({ eigene: { ...rows, format: 'pdf' } })).toContain('steps.1.templates.eigene');
  });

  test('a fact for people that the message does not have, and a part asked for as an attribute', async () => {
    const said = await inProcess(({ steps }) => {
      steps[1]['facts'] = { gebuehrEuro: 'Gebühr', gebuehrDollar: 'Gebühr' };
      steps[0]['attributes'] = ['anschrift', 'anschrift.ort'];
    });
    expect(said).toContain('Unter gebuehrDollar steht in der Nachricht nichts');
    expect(said).not.toContain('Unter gebuehrEuro');
    expect(said).toContain('kennt kein Merkmal anschrift.ort');
  });

  test('a message without what a register said, and a reason for leaving out what is there', async () => {
    const saying = (omits: object | undefined, message = '{ "a": submission.submissionId }') =>
      inProcess(({ steps }) => {
        steps[1]['templates'] = { eigene: { title: 'Eigene', format: 'json', message, omits } };
      });
    const missing = 'Vorlage eigene: Was der Registerschritt melderegister ergeben hat, fehlt in der Nachricht';
    const said = await saying(undefined);
    for (const part of ['attributes', 'origin', 'differences']) expect(said).toContain(`${missing} (${part})`);
    const why = 'Das Verfahren hat kein Feld dafür.';
    expect(await saying({ attributes: why, origin: why })).toContain(`${missing} (differences)`);
    expect(await saying({ attributes: why, origin: why, differences: why })).toBe('');
    expect(await saying({ origin: why }, '{ "a": registers }')).toContain('„omits“ nennt origin, aber');
  });

  test('a template that makes two roots, on each valid example', async () => {
    const said = await inProcess(({ steps }) => {
      steps[1]['templates'] = { eigene: { title: 'Eigene', format: 'xml', message: '{ "a": 1, "b": 2 }' } };
    });
    expect(said).toContain(
      'Vorlage eigene: valid-erster-ausweis.json: Eine XML-Nachricht hat genau ein Wurzelelement.',
    );
  });

  test('a process.json that is not one, by its key', async () => {
    expect(
      await inProcess((process) => {
        Object.assign(process, { schritte: [] });
      }),
    ).toContain('schritte');
  });
});
