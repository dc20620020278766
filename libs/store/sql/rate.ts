// Generated from rate.sql and the migrated schema: change the statements, then npm run sql
import { exec, one } from '../statement.js';

export interface TakeRateParameters {
  key: string;
  burst: number;
  batch: number;
  at: Date;
  perSecond: number;
}

export interface TakeRateRow {
  granted: number;
  available: number;
}

/** Takes up to `batch` from a bucket. `granted`: how many it got; `available`: what is left. */
export const takeRate = one<TakeRateParameters, TakeRateRow>(
  'rate.sql',
  'take_rate',
  (p) => [p.key, p.burst, p.batch, p.at, p.perSecond],
  ['granted', 'available'],
);

export interface ForgetRatesParameters {
  before: Date;
}

/** Buckets that nobody has used since are full. */
export const forgetRates = exec<ForgetRatesParameters>('rate.sql', 'forget_rates', (p) => [p.before]);
