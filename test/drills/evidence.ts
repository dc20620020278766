/**
 * Lets programs that nobody here wrote verify an evidence log: signatures, roots, inclusion, consistency. Needs Go.
 * `npm run drill evidence` makes a log, `npm run drill evidence -- <address of a PostgreSQL>` takes the one there.
 */

import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { entryBytes } from '#evidence/entry.js';
import { consistencyProof, emptyTree, grown, inclusionProof, leafHash, rootOf } from '#evidence/merkle.js';
import { openSigner, signedCheckpoint, verifierKey } from '#evidence/note.js';
import { root } from '#settings/root.js';
import { openDatabase } from '#store/database.js';
import { unsealed } from '#store/seals.js';

interface Log {
  verifier: string;
  entries: Buffer[];
  checkpoints: string[];
}

const [url] = process.argv.slice(2);
if (spawnSync('go', ['version']).error) {
  process.stderr.write('skipped: there is no Go on this machine, which this drill needs\n');
  process.exit(0);
}
const log = url ? await read(url) : made();
const leaves = log.entries.map(leafHash);
const proven = Array.from({ length: Math.min(200, leaves.length) }, (_, n) => Math.floor((n * leaves.length) / 200));
const inclusion = Object.fromEntries(proven.map((n) => [n, base64(inclusionProof(leaves, n))]));
const sizes = log.checkpoints.map((checkpoint) => Number(checkpoint.split('\n')[1]));
const consistency = sizes.map((size) => base64(consistencyProof(leaves, size)));
const input = JSON.stringify({ ...log, entries: base64(log.entries), inclusion, consistency });
const verified = spawnSync('go', ['run', '.'], { cwd: join(root, 'test/drills/evidence'), input, encoding: 'utf8' });
process.stdout.write(verified.stdout);
process.stderr.write(verified.stderr);
process.exit(verified.status ?? 1);

function base64(all: Uint8Array[]): string[] {
  return all.map((bytes) => Buffer.from(bytes).toString('base64'));
}

/** A log of entries of any length, sealed in batches of any size. */
function made(): Log {
  const signer = openSigner(randomBytes(32));
  const origin = 'stellwerk/drill';
  const entries = Array.from({ length: 1_000 }, (_, n) => randomBytes(n % 300));
  const checkpoints: string[] = [];
  let tree = emptyTree;
  while (tree.size < entries.length) {
    const portion = entries.slice(tree.size, tree.size + 1 + Math.floor(Math.random() * 40));
    tree = grown(tree, portion.map(leafHash));
    checkpoints.push(signedCheckpoint(signer, { origin, size: tree.size, root: rootOf(tree) }));
  }
  return { verifier: verifierKey(origin, signer), entries, checkpoints };
}

/** The log of a database that one key has signed; its entries from the rows of events and actions. */
async function read(url: string): Promise<Log> {
  const db = await openDatabase(url, { max: 1 });
  try {
    const { rows: seals } = await db.query<{ entries: string[]; checkpoint: string }>(
      'select entries, checkpoint from seal order by start',
    );
    const { rows: keys } = await db.query<{ subject: string }>(
      `select subject from action where type = 'evidence-key' order by action_id desc limit 1`,
    );
    const { entries: all } = await unsealed(db, undefined, 1_000_000);
    const rows = new Map(all.map((row) => [row.entry, entryBytes(row)]));
    const entries = seals.flatMap(({ entries }) => entries.map((entry) => rows.get(Number(entry))!));
    return { verifier: keys[0]!.subject, entries, checkpoints: seals.map(({ checkpoint }) => checkpoint) };
  } finally {
    await db.close();
  }
}
