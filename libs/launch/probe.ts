import { readSettings } from '#settings/settings.js';
import { type App, addressOf, isReady } from './app.js';

/** The health check of a container: exit code 0 when the application named by `APP` is ready. */
process.exitCode = (await isReady(addressOf(process.env.APP as App, readSettings()))) ? 0 : 1;
