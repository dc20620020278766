import { describe, expect, test } from '@jest/globals';
import { may, type Principal, type Right, rights } from './rights.js';

const none = { scopes: [], regions: [], adapters: [] };
const portal: Principal = { ...none, client: 'service-bw', role: 'portal', scopes: ['submissions'] };
const stuttgart: Principal = { ...none, client: 'stadt-stuttgart', role: 'municipality', regions: ['08111'] };
const operator: Principal = { ...none, client: 'operator', role: 'operator' };
const auditor: Principal = { ...none, client: 'auditor', role: 'auditor' };
const fachverfahren: Principal = {
  ...none,
  client: 'fachverfahren-stuttgart',
  role: 'fachverfahren',
  regions: ['08111'],
  adapters: ['rest'],
};
const citizen: Principal = { ...none, client: 'buerger-erika', role: 'person' };

describe('P4 rights', () => {
  test('P4 the matrix is the one of the specification', () => {
    const table = Object.fromEntries(
      (Object.keys(rights) as Right[]).map((right) => [
        right,
        [portal, stuttgart, operator, auditor, fachverfahren, citizen].map((who) => may(who, right)),
      ]),
    );
    expect(table).toEqual({
      'replies:post': [false, false, false, false, true, false],
      'replies:read': [true, false, false, false, false, false],
      'callback:read': [true, false, false, false, false, false],
      'callback:write': [true, false, false, false, false, false],
      'schemas:read': [false, true, true, true, false, false],
      'schemas:write': [false, false, true, false, false, false],
      'submissions:post': [true, false, false, false, false, false],
      'submissions:read': [true, true, true, true, false, false],
      'submissions:view': [false, true, true, false, false, false],
      'parameters:read': [false, true, true, true, false, false],
      'parameters:write': [false, true, false, false, false, false],
      'adapters:check': [false, true, true, false, false, false],
      'dead-letters:read': [false, true, true, true, false, false],
      'dead-letters:replay': [false, false, true, false, false, false],
      'dead-letters:discard': [false, false, true, false, false, false],
      'dead-letters:resolve': [false, false, true, false, false, false],
      'replays:read': [false, false, true, true, false, false],
      'lanes:read': [false, true, true, true, false, false],
      'lanes:probe': [false, false, true, false, false, false],
      'access-log:identify': [true, true, false, true, false, false],
      'access-log:read': [false, true, false, true, false, true],
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
