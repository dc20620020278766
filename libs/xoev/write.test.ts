import { expect, test } from '@jest/globals';
import { writeXml } from './write.js';

const written = (message: Parameters<typeof writeXml>[0]) => writeXml(message, { indent: false }).split('?>')[1];

test('what is repeated keeps its order, also where one of it is empty', () => {
  expect(written({ a: { b: [1, null, {}, 2], c: [] } })).toBe('<a><b>1</b><b/><b/><b>2</b></a>');
});

test('what is null is an empty text beside attributes, and no attribute', () => {
  expect(written({ a: { '@b': null, '@c': true, '#text': null } })).toBe('<a c="true"/>');
});

test('text may stand between elements', () => {
  expect(written({ a: { '#text': 'x', b: "'" } })).toBe("<a>x<b>'</b></a>");
});
