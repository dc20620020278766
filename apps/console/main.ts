import 'reflect-metadata';
import { runApp } from '#launch/run-app.js';
import { startConsole } from './console.js';

await runApp('console', startConsole);
