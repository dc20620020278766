import { describe, expect, test } from '@jest/globals';
import { may, type Principal, type Right, rights } from './rights.js';

const portal: Principal = { client: 'service-bw', role: 'portal', scopes: ['submissions'], regions: [] };
const stuttgart: Principal = { client: 'stadt-stuttgart', role: 'municipality', scopes: [], regions: ['08111'] };
const operator: Principal = { client: 'operator', role: 'operator', scopes: [], regions: [] };
const auditor: Principal = { client: 'auditor', role: 'auditor', scopes: [], regions: [] };

describe('P4 rights', () => {
  test('P4 the matrix is the one of the specification', () => {
    const table = Object.fromEntries(
      (Object.keys(rights) as Right[]).map((right) => [
        right,
        [portal, stuttgart, operator, auditor].map((who) => may(who, right)),
      ]),
    );
    expect(table).toEqual({
      'schemas:read': [false, true, true, true],
      'schemas:write': [false, false, true, false],
      'submissions:post': [true, false, false, false],
      'submissions:read': [true, true, true, true],
      'parameters:read': [false, true, true, true],
      'parameters:write': [false, true, false, false],
      'adapters:check': [false, true, true, false],
      'dead-letters:read': [false, true, true, true],
      'dead-letters:replay': [false, false, true, false],
      'dead-letters:discard': [false, false, true, false],
      'dead-letters:resolve': [false, false, true, false],
      'replays:read': [false, false, true, true],
      'lanes:read': [false, true, true, true],
      'lanes:probe': [false, false, true, false],
    });
  });

  test('P4 a municipality writes in its own regions and below, reads above, and nothing beside', () => {
    const reaches = (right: Right) =>
      ['081110000000', '08111', '081', '08', '08115', '081150003003', '', 'x'].map((region) =>
        may(stuttgart, right, region),
      );
    expect(reaches('parameters:write')).toEqual([true, true, false, false, false, false, false, false]);
    expect(reaches('parameters:read')).toEqual([true, true, true, true, false, false, false, false]);
    expect(reaches('dead-letters:read')).toEqual([true, true, false, false, false, false, false, false]);
  });

  test('P4 a portal without the scope posts nothing', () => {
    expect(may({ ...portal, scopes: [] }, 'submissions:post')).toBe(false);
    expect(may({ ...portal, scopes: ['submission', 'openid'] }, 'submissions:post')).toBe(false);
  });

  test('P4 a municipality without regions reaches nothing', () => {
    expect(may({ ...stuttgart, regions: [] }, 'parameters:read', '08111')).toBe(false);
  });
});
