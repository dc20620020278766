import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { model } from '../../test/fim/handmade.js';
import { noLists } from './lists.js';
import type { Schema } from './model.js';
import { readSchema } from './read.js';
import { compileValidator } from './validator.js';

const readme = readFileSync(join(import.meta.dirname, '..', '..', '..', 'libs', 'fim', 'README.md'), 'utf8');
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map((block) => block[1]!);

test('the worked example of the README is true', () => {
  const [xml] = blocks('xml');
  const [form, answer] = blocks('json').map((text) => JSON.parse(text));
  expect(compileValidator(model(xml!)).validate(form).errors).toEqual(answer);
});

test('the added rules of the README do the same for a schema that has its rule only as text', () => {
  const [xml] = blocks('xml');
  const [form, answer, rules] = blocks('json');
  const official = xml!.replace(/<skript>[\s\S]*<\/skript>/, '');
  const validate = (model: Schema) => compileValidator(model).validate(JSON.parse(form!)).errors;
  expect(validate(model(official))).toEqual([]);
  expect(validate(readSchema(official, { lists: noLists, rules: rules! }).model!)).toEqual(JSON.parse(answer!));
});
