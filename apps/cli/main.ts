import { Command } from 'commander';
import { runCommand } from '#launch/command.js';
import { Obstacle } from '#launch/obstacle.js';
import { readSettings, type Settings } from '#settings/settings.js';
import { registerAccessLog } from './access-log.js';
import { openApi } from './api.js';
import { registerDeadLetters } from './dead-letters.js';
import { registerDoctor } from './doctor.js';
import { registerFim } from './fim.js';
import { registerLanes } from './lanes.js';
import { registerMandates } from './mandates.js';
import { registerParameters } from './parameters.js';
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
  registerSubmissions(stellwerk, api);
  registerAccessLog(stellwerk, api);
  registerSchemas(stellwerk, api);
  registerDoctor(stellwerk);
  registerFim(stellwerk);
  return stellwerk;
}

function settingsOrObstacle(): Settings {
  try {
    return readSettings();
  } catch (error) {
    throw new Obstacle((error as Error).message);
  }
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0); // whoever reads our output has seen enough
});

await runCommand(async () => {
  await program().parseAsync();
  return Number(process.exitCode ?? 0);
});
