import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { model } from '../../test/fim/handmade.js';
import { compileValidator } from './validator.js';

const readme = readFileSync(join(import.meta.dirname, '..', '..', '..', 'libs', 'fim', 'README.md'), 'utf8');
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map((block) => block[1]!);

test('the worked example of the README is true', () => {
  const [xml] = blocks('xml');
  const [form, answer] = blocks('json').map((text) => JSON.parse(text));
  expect(compileValidator(model(xml!)).validate(form).errors).toEqual(answer);
});
