import Table from 'cli-table3';
import { createLogUpdate } from 'log-update';
import { texts } from '../texts.js';

/** Where the demonstration is shown: a terminal, or anything that takes lines. */
export interface Output {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

/** One line of the table: a submission. */
export interface Line {
  municipality: string;
  title: string;
  /** The adapters of its tasks so far. */
  adapters: string;
  /** German; `` before the gateway has answered. */
  state: string;
  attempts: number;
  /** The last event, in German. */
  lastEvent: string;
}

export interface ProgressTable {
  show(lines: Line[]): void;
  /** Ends the table. What was shown last stays on the screen. */
  done(): void;
}

/** A live table on a terminal; elsewhere one plain line for every change. */
export function openTable(output: Output): ProgressTable {
  return isTerminal(output) ? liveTable(output) : plainLines(output);
}

const isTerminal = (output: Output): output is NodeJS.WriteStream => output.isTTY === true;

function liveTable(stream: NodeJS.WriteStream): ProgressTable {
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
    head: [...texts.demo.columns],
    colWidths: [...widths, rest],
    style: { head: ['bold'], border: ['dim'], compact: true },
  });
  for (const { municipality, title, adapters, state, attempts, lastEvent } of lines)
    table.push([municipality, title, adapters, state, attempts || '', lastEvent]);
  return table.toString();
}

function plainLines(output: Output): ProgressTable {
  const shown: string[] = [];
  return {
    show(lines) {
      for (const [index, { municipality, title, adapters, state, lastEvent }] of lines.entries()) {
        const by = adapters && ` (${adapters})`;
        const line = `  ${municipality}, ${title}${by}: ${state}${lastEvent ? ` – ${lastEvent}` : ''}`;
        if (state && shown[index] !== line) output.write(`${line}\n`);
        shown[index] = line;
      }
    },
    done() {},
  };
}
