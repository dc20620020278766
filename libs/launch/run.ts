import { linkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readJson, writeJson } from './home.js';
import { Obstacle } from './obstacle.js';
import { alive, end, type Mark, mark } from './servers/os-processes.js';

interface Record {
  supervisor: Mark;
  /** Set while it ends in order. */
  ending?: boolean;
  /** In the order of ending. */
  processes: Array<Mark & { name: string; signal: NodeJS.Signals }>;
}

/** Who runs on a data folder: one at a time, and what it would leave behind if it were killed. */
export interface Run {
  /** What an earlier run that was killed left behind and was ended now. */
  leftovers: string[];
  /** Remembered until forgotten, so that the next start can end it. Added later = ended earlier. */
  remember(name: string, signal: NodeJS.Signals, marks: Mark[]): void;
  forget(marks: Mark[]): void;
  ending(): void;
  release(): void;
}

const fileOf = (home: string) => join(home, 'run.json');

/** Takes the data folder. Waits for a run that is ending; throws an Obstacle while one goes on; ends what a killed one left. */
export async function claim(home: string): Promise<Run> {
  const leftovers = await clear(home);
  const file = fileOf(home);
  const record: Record = { supervisor: mark(process.pid)!, processes: [] };
  const own = `${file}.${process.pid}`;
  writeJson(own, record);
  try {
    linkSync(own, file); // fails if another start was faster
  } catch {
    throw runs(readJson<Record>(file));
  } finally {
    rmSync(own, { force: true });
  }
  const note = () => {
    try {
      writeJson(file, record);
    } catch {} // a full disk must not keep us from ending in order
  };
  return {
    leftovers,
    remember(name, signal, marks) {
      record.processes.unshift(...marks.map((one) => ({ ...one, name, signal })));
      note();
    },
    forget(marks) {
      record.processes = record.processes.filter((one) => !marks.some((gone) => gone.pid === one.pid));
      note();
    },
    ending() {
      record.ending = true;
      note();
    },
    release: () => rmSync(file, { force: true }),
  };
}

/** Ends what a killed run left behind on this data folder and returns the names. Throws an Obstacle while its supervisor lives. */
export async function clear(home: string): Promise<string[]> {
  const record = readJson<Record>(fileOf(home));
  if (!record) return [];
  const deadline = Date.now() + 25_000;
  while (alive(record.supervisor)) {
    const now = readJson<Record>(fileOf(home));
    if (!now) return []; // it ended in order while we waited
    if (!now.ending || Date.now() > deadline) throw runs(record);
    await pause(100);
  }
  const found = (readJson<Record>(fileOf(home)) ?? { processes: [] }).processes.filter(alive);
  for (const one of found) await end(one, one.signal, 8_000);
  rmSync(fileOf(home), { force: true });
  return [...new Set(found.map((one) => one.name))];
}

/** True while a supervisor lives on this data folder. */
export function isRunning(home: string): boolean {
  const record = readJson<Record>(fileOf(home));
  return record !== undefined && alive(record.supervisor);
}

function runs(record: Record | undefined): Obstacle {
  return new Obstacle(
    `Auf diesem Datenordner läuft Stellwerk schon (Prozess ${record?.supervisor.pid ?? 'unbekannt'}): dort mit Strg-C beenden oder einen anderen STELLWERK_HOME wählen.`,
  );
}
