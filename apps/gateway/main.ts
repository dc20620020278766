import 'reflect-metadata';
import { runApp } from '#launch/run-app.js';
import { startGateway } from './gateway.js';

await runApp('gateway', startGateway);
