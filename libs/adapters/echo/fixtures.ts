import type { Fixture } from '../kit/fixture.js';

export const fixture: Fixture = {
  withoutTarget: 'It answers itself, so nothing can fail between it and a target.',
  values: { 'echo.delayMs': 0 },
  ends: 'delivered',
};
