import { expect, test } from '@jest/globals';
import { toPlain } from './plain.js';
import { readXml } from './read.js';
import { writeXml } from './write.js';

test('elements are members, attributes begin with @, what is repeated is a list', () => {
  const xml = '<v:a xmlns:v="urn:v" v:nr="1"><v:b>x</v:b> <b/> text <c id=" 7 "> y </c></v:a>';
  expect(toPlain(readXml(xml))).toEqual({
    a: { '@nr': '1', '#text': 'text', b: ['x', ''], c: { '@id': '7', '#text': 'y' } },
  });
});

test('names stay as they are written where namespaces are not looked at', () => {
  const xml = '<v:a xmlns:v="urn:v" v:nr="1"><w:b>x</w:b></v:a>';
  expect(toPlain(readXml(xml, { namespaces: false }))).toEqual({
    'v:a': { '@xmlns:v': 'urn:v', '@v:nr': '1', 'w:b': 'x' },
  });
});

test('what is declared a list is one, however often it occurs', () => {
  expect(toPlain(readXml('<a><b>x</b></a>'), { lists: ['b'] })).toEqual({ a: { b: ['x'] } });
});

test('what writeXml writes comes back, blanks included', () => {
  const message = {
    a: { '@x': ' \t\r\n', b: ['  ', ' Zeile\r\n ', '<![CDATA[ & ]]>'], c: { '@y': '', '#text': ' ' } },
  };
  expect(toPlain(readXml(writeXml(message)), { trim: false })).toEqual(message);
});

test('a name that means something to JavaScript is a name like any other', () => {
  const { a } = toPlain(readXml('<a><__proto__><admin>1</admin></__proto__></a>')) as { a: object };
  expect(Object.keys(a)).toEqual(['__proto__']);
  expect(Reflect.get(Object.prototype, 'admin')).toBeUndefined();
});
