import { describe, expect, test } from '@jest/globals';
import { may, municipalitiesWith, type Principal, type Right, regionsOf, rights } from './rights.js';

const none = { scopes: [], regions: [], adapters: [] };
const portal: Principal = { ...none, client: 'service-bw', role: 'portal', scopes: ['submissions'] };
const stuttgart: Principal = { ...none, client: 'stadt-stuttgart', role: 'municipality', regions: ['08111'] };
const kreis: Principal = { ...none, client: 'landkreis-boeblingen', role: 'coordinator', regions: ['08115'] };
const land: Principal = { ...none, client: 'land-bw', role: 'land', regions: ['08'] };
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
        [portal, stuttgart, kreis, land, operator, auditor, fachverfahren, citizen].map((who) => may(who, right)),
      ]),
    );
    expect(table).toEqual({
      'replies:post': [false, false, false, false, false, false, true, false],
      'replies:read': [true, false, false, false, false, false, false, false],
      'callback:read': [true, false, false, false, false, false, false, false],
      'callback:write': [true, false, false, false, false, false, false, false],
      'schemas:read': [false, true, true, true, true, true, false, false],
      'schemas:write': [false, false, false, false, true, false, false, false],
      'submissions:post': [true, false, false, false, false, false, false, false],
      'submissions:read': [true, true, true, true, true, true, false, false],
      'submissions:view': [false, true, true, true, true, false, false, false],
      'submissions:find': [false, true, true, true, false, false, false, false],
      'parameters:read': [false, true, true, true, true, true, false, false],
      'parameters:write': [false, true, true, true, false, false, false, false],
      'readiness:read': [false, true, true, true, true, true, false, false],
      'mandates:read': [false, true, true, true, true, true, false, false],
      'mandates:write': [false, true, true, false, false, false, false, false],
      'dead-letters:explain': [false, true, true, true, true, true, false, false],
      'adapters:check': [false, true, true, true, true, false, false, false],
      'dead-letters:read': [false, true, true, true, true, true, false, false],
      'dead-letters:replay': [false, false, false, false, true, false, false, false],
      'dead-letters:discard': [false, false, false, false, true, false, false, false],
      'dead-letters:resolve': [false, false, false, false, true, false, false, false],
      'replays:read': [false, false, false, false, true, true, false, false],
      'lanes:read': [false, true, true, true, true, true, false, false],
      'lanes:probe': [false, false, false, false, true, false, false, false],
      'access-log:identify': [true, true, false, false, false, true, false, false],
      'access-log:read': [false, true, false, false, false, true, false, true],
    });
  });

  test('P4 a municipality writes in its own region, reads above, and nothing beside', () => {
    const reaches = (right: Right) =>
      ['081110000000', '08111', '081', '08', '08115', '081150003003', '', 'x'].map((region) =>
        may(stuttgart, right, region),
      );
    expect(reaches('parameters:write')).toEqual([true, true, false, false, false, false, false, false]);
    expect(reaches('parameters:read')).toEqual([true, true, true, true, false, false, false, false]);
    expect(reaches('dead-letters:read')).toEqual([true, true, false, false, false, false, false, false]);
  });

  test('P4 a level above sees states below it, writes at its own level, and reads values there and above', () => {
    const reaches = (who: Principal, right: Right) =>
      ['08', '081', '08115', '081155003', '081155003021', '08111'].map((region) => may(who, right, region));
    expect(reaches(kreis, 'parameters:write')).toEqual([false, false, true, false, false, false]);
    expect(reaches(kreis, 'parameters:read')).toEqual([true, true, true, false, false, false]);
    expect(reaches(kreis, 'submissions:view')).toEqual([false, false, true, false, false, false]);
    expect(reaches(kreis, 'lanes:read')).toEqual([false, false, true, true, true, false]);
    expect(reaches(land, 'parameters:write')).toEqual([true, false, false, false, false, false]);
    expect(reaches(land, 'lanes:read')).toEqual([true, true, true, true, true, true]);
  });

  test('P4 a mandate gives its own rights, for the region that gave it, to a level above it', () => {
    const mandates = [{ region: '081155003021', scope: 'parameters' as const }];
    const reaches = (who: Principal, right: Right) =>
      ['08115', '081155003', '081155003021', '081150003003'].map((region) => may({ ...who, mandates }, right, region));
    expect(reaches(kreis, 'parameters:write')).toEqual([true, false, true, false]);
    expect(reaches(land, 'parameters:write')).toEqual([false, false, true, false]);
    expect(reaches(stuttgart, 'parameters:write')).toEqual([false, false, false, false]);
    expect(reaches(kreis, 'submissions:view')).toEqual([true, false, false, false]);
    expect(reaches(kreis, 'mandates:write')).toEqual([true, false, false, false]);
  });

  test('P4 a person is searched for in municipalities only: the own, and those with a mandate for content', () => {
    const mandates = [
      { region: '081155003021', scope: 'content' as const },
      { region: '081150003003', scope: 'parameters' as const },
      { region: '08115', scope: 'content' as const },
    ];
    const where = (who: Principal) => municipalitiesWith({ ...who, mandates }, 'submissions:find');
    expect([where(stuttgart), where(kreis), where(land)]).toEqual([['08111'], ['081155003021'], ['081155003021']]);
  });

  test('P4 a region that does not fit the role gives nothing', () => {
    expect(regionsOf('municipality', ['08', '08111', '08115', '081155003021'])).toEqual(['08111', '081155003021']);
    expect(regionsOf('coordinator', ['08', '081', '08115', '081155003', '081155003021'])).toEqual([
      '081',
      '08115',
      '081155003',
    ]);
    expect(regionsOf('land', ['08', '08115'])).toEqual(['08']);
    expect(regionsOf('operator', ['08'])).toEqual([]);
  });

  test('P4 a portal without the scope posts nothing', () => {
    expect(may({ ...portal, scopes: [] }, 'submissions:post')).toBe(false);
    expect(may({ ...portal, scopes: ['submission', 'openid'] }, 'submissions:post')).toBe(false);
  });

  test('P4 a municipality without regions reaches nothing', () => {
    expect(may({ ...stuttgart, regions: [] }, 'parameters:read', '08111')).toBe(false);
  });
});
