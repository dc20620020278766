import { Command } from 'commander';
import { runCommand } from '#launch/command.js';
import { guard } from '#launch/printable.js';
import { settingsOrObstacle } from '#launch/settings.js';
import { registerAccessLog } from './access-log.js';
import { openApi } from './api.js';
import { registerDeadLetters } from './dead-letters.js';
import { registerDoctor } from './doctor.js';
import { registerFim } from './fim.js';
import { registerKeys } from './keys.js';
import { registerLanes } from './lanes.js';
import { registerMandates } from './mandates.js';
import { registerMigrate } from './migrate.js';
import { registerParameters } from './parameters.js';
import { registerPending } from './pending.js';
import { registerReplays } from './replays.js';
import { registerSchemas } from './schemas.js';
import { speakGerman } from './speak-german.js';
import { registerSubmissions } from './submissions.js';
import { texts } from './texts.js';

/** The command line: a client of the console's API. */
function program(): Command {
  const settings = settingsOrObstacle();
  const stellwerk = speakGerman(new Command('stellwerk'))
    .description(
      'Stellwerk: von service-bw zu den Fachverfahren der Gemeinden.\n' +
        'npm start, npm test, npm run reset|check|bench|drill|build: je mit -- --help.',
    )
    .option('--as <client>', 'in wessen Namen; sonst STELLWERK_CLIENT', settings.STELLWERK_CLIENT)
    .showHelpAfterError(texts.allCommands);
  const api = openApi(settings, () => {
    const client = stellwerk.opts<{ as: string }>().as;
    return { client, secret: client === settings.STELLWERK_CLIENT ? settings.STELLWERK_CLIENT_SECRET : undefined };
  });
  registerParameters(stellwerk, api);
  registerMandates(stellwerk, api);
  registerDeadLetters(stellwerk, api);
  registerReplays(stellwerk, api);
  registerLanes(stellwerk, api);
  registerPending(stellwerk, api);
  registerSubmissions(stellwerk, api);
  registerAccessLog(stellwerk, api);
  registerSchemas(stellwerk, api);
  registerDoctor(stellwerk);
  registerMigrate(stellwerk);
  registerKeys(stellwerk);
  registerFim(stellwerk);
  return stellwerk;
}

for (const stream of [process.stdout, process.stderr]) guard(stream);

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0); // whoever reads our output has seen enough
});

await runCommand(async () => {
  await program().parseAsync();
  return Number(process.exitCode ?? 0);
});
