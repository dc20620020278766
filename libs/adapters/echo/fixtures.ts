import type { Fixture } from '../kit/fixture.js';

export const fixture: Fixture = {
  withoutTarget: 'Er antwortet selbst; zwischen ihm und einem Ziel kann nichts scheitern.',
  values: { 'echo.delayMs': 0 },
  ends: 'delivered',
};
