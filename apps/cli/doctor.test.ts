import { expect, test } from '@jest/globals';
import type { Finding } from '#launch/doctor/finding.js';
import { report } from './doctor.js';

test.each([
  ['is well', ['ok', 'ok'], 'Alles in Ordnung.'],
  ['has a closed lane', ['ok', 'hint'], 'Stellwerk läuft; bei (!) sollte jemand nachsehen.'],
  ['has a broken application beside it', ['hint', 'fault'], 'Etwas stimmt nicht (✗).'],
] as const)('doctor concludes truly when Stellwerk %s', (_, states, conclusion) => {
  const findings: Finding[] = states.map((state) => ({ about: 'Lanes', state, text: '' }));
  const lines = report({ findings, queues: [], versions: {} }).trimEnd().split('\n');
  expect(lines.at(-1)).toBe(conclusion);
});
