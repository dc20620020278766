import { describe, expect, test } from '@jest/globals';
import { childSpan, newTrace, parseTraceparent } from './trace.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

describe('a traceparent is read', () => {
  test.each([
    ['00', '-01', { sampled: true, random: false }],
    ['00', '-00', { sampled: false, random: false }],
    ['00', '-03', { sampled: true, random: true }],
    ['00', '-02', { sampled: false, random: true }],
    ['00', '-ff', { sampled: true, random: true }],
    ['cc', '-01', { sampled: true, random: false }],
    ['cc', '-01-what-the-future-brings', { sampled: true, random: false }],
  ])('%s-…%s', (version, rest, flags) => {
    expect(parseTraceparent(`${version}-${traceId}-${spanId}${rest}`)).toEqual({ traceId, spanId, ...flags });
  });
});

describe('a traceparent is not read when it', () => {
  test.each([
    ['is missing', undefined],
    ['is empty', ''],
    ['came twice', [`00-${traceId}-${spanId}-01`, `00-${traceId}-${spanId}-01`]],
    ['has version ff', `ff-${traceId}-${spanId}-01`],
    ['has version 00 and more', `00-${traceId}-${spanId}-01-more`],
    ['has a later version and more without a dash', `cc-${traceId}-${spanId}-01more`],
    ['has capital letters', `00-${traceId.toUpperCase()}-${spanId}-01`],
    ['has a trace of zeros', `00-${'0'.repeat(32)}-${spanId}-01`],
    ['has a span of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['is too short', `00-${traceId.slice(1)}-${spanId}-01`],
    ['holds something else', "00-'; drop table task; --"],
  ])('%s', (_, header) => {
    expect(parseTraceparent(header)).toBeUndefined();
  });
});

describe('a span', () => {
  test('of a new trace is sampled and random', () => {
    expect(newTrace()).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-03$/);
    expect(newTrace()).not.toBe(newTrace());
  });

  test('continues the trace that came, with an id of its own and the flags that were known', () => {
    const child = childSpan(`cc-${traceId}-${spanId}-fd-more`);
    expect(child).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
    expect(child).not.toContain(spanId);
  });

  test('starts a trace when none came', () => {
    expect(parseTraceparent(childSpan('nonsense'))).toMatchObject({ sampled: true });
    expect(childSpan(undefined)).not.toContain(traceId);
  });
});
