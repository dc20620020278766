import { Command } from 'commander';
import { runCommand } from '#launch/command.js';
import { Obstacle } from '#launch/obstacle.js';
import { readSettings, type Settings } from '#settings/settings.js';
import { type Connection, openConnection } from './connection.js';
import { registerDoctor } from './doctor.js';
import { registerFim } from './fim.js';
import { inGerman } from './german.js';
import { registerOperator } from './operator.js';
import { registerParameters } from './parameters.js';
import { registerSchemas } from './schemas.js';

/** The command line: a client of the console's API. */
function program(): Command {
  const settings = settingsOrSentence();
  const stellwerk = inGerman(new Command('stellwerk'));
  stellwerk
    .description(
      'Stellwerk: von service-bw zu den Fachverfahren der Gemeinden.\nnpm start, npm test, npm run reset|check|bench|drill|build: je mit -- --help.',
    )
    .option('--as <client>', 'in wessen Namen; sonst STELLWERK_CLIENT', settings.STELLWERK_CLIENT)
    .showHelpAfterError('(stellwerk --help zeigt alle Befehle)');
  let connection: Connection | undefined;
  const api = () => {
    const client: string = stellwerk.opts()['as'];
    const secret = client === settings.STELLWERK_CLIENT ? settings.STELLWERK_CLIENT_SECRET : undefined;
    connection ??= openConnection(settings, { client, secret });
    return connection;
  };
  registerParameters(stellwerk, api);
  registerOperator(stellwerk, api);
  registerSchemas(stellwerk, api);
  registerDoctor(stellwerk);
  registerFim(stellwerk);
  return stellwerk;
}

function settingsOrSentence(): Settings {
  try {
    return readSettings();
  } catch (error) {
    throw new Obstacle((error as Error).message);
  }
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0); // whoever read us has seen enough
});

await runCommand(async () => {
  await program().parseAsync();
  return Number(process.exitCode ?? 0);
});
