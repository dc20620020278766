import 'reflect-metadata';
import { lifeline } from '#ground/lifeline.js';
import { readSettings } from '#settings/settings.js';
import { openSimulator } from './simulator.module.js';

const simulator = await openSimulator(readSettings());
lifeline(() => simulator.close());
