import { describe, expect, test } from '@jest/globals';
import { cause, Obstacle, obstacle } from './obstacle.js';

describe('an obstacle', () => {
  test.each([
    [
      { code: 'ENOSPC', message: 'ENOSPC: no space left on device, write' },
      'Ordner X (STELLWERK_HOME): der Datenträger ist voll.',
    ],
    [{ code: 'EACCES', message: 'EACCES' }, 'Ordner X (STELLWERK_HOME): die Berechtigung fehlt.'],
    [
      { message: '', errors: [{ code: 'ECONNREFUSED' }, { code: 'ECONNREFUSED' }] },
      'Ordner X (STELLWERK_HOME): dort antwortet niemand.',
    ],
    [{ code: 'EWHAT', message: 'unheard of' }, 'Ordner X (STELLWERK_HOME): unheard of.'],
  ])('of %j is one sentence', (error, sentence) => {
    expect(obstacle('Ordner X (STELLWERK_HOME)', error).message).toBe(sentence);
  });

  test('is not wrapped again', () => {
    const first = new Obstacle('Satz.');
    expect(obstacle('anderes', first)).toBe(first);
    expect(cause(first)).toBe('Satz.');
  });
});
