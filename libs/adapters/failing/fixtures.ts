import type { Fixture } from '../kit/fixture.js';

export const fixture: Fixture = {
  withoutTarget: 'Er scheitert selbst; seine Arten zu scheitern prüft ein eigener Test.',
  values: { 'failing.mode': 'later' },
  ends: 'later',
};
