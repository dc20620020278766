import { expect, test } from '@jest/globals';
import { root } from '#settings/root.js';
import { deadLinks } from './links.js';

const tried = (text: string) => deadLinks(new Map([['docs/page.md', text]]), root);

test('a link to a file or a heading that is not there is found', () => {
  expect(tried('[a](nowhere.md)')).toEqual(['docs/page.md: nowhere.md führt ins Leere.']);
  expect(tried('# One\n[a](#two)')).toHaveLength(1);
});

test('links to what is there, to the web and inside code are left alone', () => {
  expect(
    tried('# Two words, so\n[a](architecture.md) [b](../libs) [c](https://example.org/x) [d](#two-words-so)'),
  ).toEqual([]);
  expect(tried('`[a](nowhere.md)`\n\n```md\n[a](nowhere.md)\n```\n')).toEqual([]);
});
