import Table from 'cli-table3';
import { createLogUpdate } from 'log-update';

/** Where the demonstration is shown: a terminal, or anything that takes lines. */
export interface Stage {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/** One line of the board. */
export interface Line {
  place: string;
  title: string;
  /** The adapters of its tasks so far. */
  way: string;
  state: string;
  attempts: number;
  /** The last event, in German. */
  last: string;
}

export interface Board {
  show(lines: Line[]): void;
  /** Leaves the last picture standing. */
  done(): void;
}

/** A live table on a terminal; elsewhere one plain line for every change. */
export function openBoard(stage: Stage): Board {
  return stage.isTTY ? liveTable(stage as NodeJS.WriteStream) : plainLines(stage);
}

function liveTable(stream: NodeJS.WriteStream): Board {
  const update = createLogUpdate(stream);
  return {
    show: (lines) => update(tableOf(lines, stream.columns ?? 100)),
    done: () => update.done(),
  };
}

function tableOf(lines: Line[], columns: number): string {
  const widths = [18, 13, 24, 14, 10];
  const rest = Math.max(20, columns - widths.reduce((sum, width) => sum + width + 1, 2));
  const table = new Table({
    head: ['Gemeinde', 'Anliegen', 'Weg', 'Stand', 'Versuche', 'Zuletzt'],
    colWidths: [...widths, rest],
    style: { head: ['bold'], border: ['dim'], compact: true },
  });
  for (const { place, title, way, state, attempts, last } of lines)
    table.push([place, title, way, state, attempts || '', last]);
  return table.toString();
}

function plainLines(stage: Stage): Board {
  const shown: string[] = [];
  return {
    show(lines) {
      for (const [index, { place, title, way, state, last }] of lines.entries()) {
        const line = `  ${place}, ${title}${way && ` (${way})`}: ${state}${last ? ` – ${last}` : ''}`;
        if (state && shown[index] !== line) stage.write(`${line}\n`);
        shown[index] = line;
      }
    },
    done() {},
  };
}
