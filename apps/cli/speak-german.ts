import type { Command } from 'commander';
import { texts } from './texts.js';

const titles: Record<string, string> = texts.commander.titles;

/** Makes help and complaints German, for this command and for those that are added to it afterwards. */
export function speakGerman(command: Command): Command {
  return command
    .helpOption('-h, --help', 'diese Hilfe')
    .helpCommand('help [befehl]', 'Hilfe zu einem Befehl')
    .configureHelp({
      styleTitle: (title) => titles[title] ?? title,
      optionDescription: ({ description, argChoices, defaultValue }) => {
        const choices = argChoices ? ` (${argChoices.join(', ')})` : '';
        return description + choices + (defaultValue === undefined ? '' : ` [${String(defaultValue)}]`);
      },
    })
    .configureOutput({ outputError: (complaint, write) => write(inGerman(complaint)) });
}

function inGerman(complaint: string): string {
  return texts.commander.complaints.reduce<string>((text, [from, to]) => text.replace(from, to), complaint);
}
