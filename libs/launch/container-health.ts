import { readSettings } from '#settings/settings.js';
import { addressOf, isApp, isReady } from './app.js';

/** The health check of a container (see the Dockerfile): exit code 0 when the application named by `APP` is ready. */
const app = process.env.APP;
process.exitCode = isApp(app) && (await isReady(addressOf(app, readSettings()))) ? 0 : 1;
