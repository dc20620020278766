import { describe, expect, test } from '@jest/globals';
import { standardOf, standardOn } from './standards.js';

describe('versions by date', () => {
  test.each([
    ['2026-04-30T21:59:59Z', '25.11a'],
    ['2026-04-30T22:00:00Z', '26.05'],
    ['2026-10-31T22:59:59Z', '26.05'],
    ['2026-10-31T23:00:00Z', '26.11'],
  ])('at %s XMeld is spoken in %s: it changes at midnight in Berlin', (moment, version) => {
    expect(standardOn('xmeld', new Date(moment))?.version).toBe(version);
  });

  test('the version stands in the namespace', () => {
    expect(standardOf('http://www.osci.de/xmeld2605')?.version).toBe('26.05');
    expect(standardOf('urn:nobody')).toBeUndefined();
    expect(standardOn('xga', new Date('2026-05-01T08:00:00Z'))).toBeUndefined();
    // what comes then nobody knows yet: rather nothing than what has lapsed
    expect(standardOn('xmeld', new Date('2027-04-30T22:00:00Z'))).toBeUndefined();
  });
});
