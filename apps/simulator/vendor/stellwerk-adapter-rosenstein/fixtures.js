import { answer, apiKey } from './fake.js';

/** The suite hands in its kit: nothing of Stellwerk is imported. */
export const fixture = {
  address: 'rosenstein.url',
  wrongCredentials: { values: { 'rosenstein.apiKey': 'another-key' }, blames: 'rosenstein.apiKey' },
  start: ({ startFake }) =>
    startFake(answer, (url) => ({ 'rosenstein.url': url, 'rosenstein.mandant': '0815', 'rosenstein.apiKey': apiKey })),
};
