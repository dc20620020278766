import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '#settings/root.js';
import { openDatabase } from '#store/database.js';
import { migrate } from '#store/migrate.js';
import { startPrivatePostgres } from '../../kit/services.js';
import { generated } from './write.js';

/** `npm run sql`: writes what is generated beside the statements of libs/store/sql. Brings its own PostgreSQL. */
const server = await startPrivatePostgres();
try {
  await migrate(server.url);
  const db = await openDatabase(server.url, { max: 1 });
  const files = await generated(db);
  for (const [path, content] of files) writeFileSync(join(root, path), content);
  await db.close();
  process.stdout.write(`${files.size} Dateien in libs/store/sql geschrieben.\n`);
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
} finally {
  await server.drop();
}
