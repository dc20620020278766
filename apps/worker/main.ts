import 'reflect-metadata';
import { runApp } from '#launch/run-app.js';
import { startWorker } from './worker.js';

await runApp('worker', startWorker);
