import type { Fixture } from '../kit/fixture.js';

export const fixture: Fixture = {
  withoutTarget: 'It fails by itself; its modes are tried one by one in its own test.',
  values: { 'failing.mode': 'later' },
  ends: 'later',
};
