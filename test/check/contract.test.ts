import { expect, test } from '@jest/globals';
import { contractFindings, declarationsOf } from './contract.js';

const source = "/** A. */\nexport interface A {\n  b: 'x // y'; // one\n}\n";
const kept = { version: '1.1.0', declared: declarationsOf(source) };
const page = '| Contract | Came with |\n|---|---|\n| 1.1.0 | 0.3.0 |\n| 1.0.0 | 0.2.0 |\n';

test('comments and blanks are no part of the contract, everything else is', () => {
  const formatted = "export interface A { b: 'x // y' ; }\n/* another word */";
  expect(contractFindings(formatted, kept, page)).toEqual([]);
  expect(contractFindings(source, kept, page)).toEqual([]);
  for (const changed of [source.replace('b:', 'b?:'), source.replace('x //', 'z //'), `${source}export type C = A;`])
    expect(contractFindings(changed, kept, page)).toEqual([expect.stringContaining('contractVersion')]);
});

test('the compatibility table begins with the version that there is', () => {
  expect(contractFindings(source, { ...kept, version: '1.2.0' }, page)).toEqual([expect.stringContaining('1.1.0')]);
});
