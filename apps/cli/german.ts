import type { Command } from 'commander';

const titles: Record<string, string> = {
  'Usage:': 'Aufruf:',
  'Options:': 'Optionen:',
  'Commands:': 'Befehle:',
  'Arguments:': 'Angaben:',
};

/** Commander's own sentences. What is not here stays as it is. */
const sentences: [RegExp, string][] = [
  [/^error: unknown command '(.*)'/, 'Den Befehl „$1“ gibt es nicht.'],
  [/^error: unknown option '(.*)'/, 'Die Option $1 gibt es hier nicht.'],
  [/^error: missing required argument '(.*)'/, 'Es fehlt die Angabe <$1>.'],
  [/^error: required option '(.*)' not specified/, 'Es fehlt die Option $1.'],
  [/^error: option '(.*)' argument missing/, 'Zur Option $1 fehlt der Wert.'],
  [/^error: too many arguments.*/, 'Das sind zu viele Angaben.'],
  [/^error: (?:option|command-argument value) '(.*)' argument '(.*)' is invalid\.\s*/, '$1: „$2“ passt nicht. '],
  [/Allowed choices are (.*)\./, 'Möglich sind $1.'],
  [/\(Did you mean (.*)\?\)/, '(Gemeint vielleicht: $1)'],
  [/^error: /, ''],
];

/** Help and complaints in German, for this command and all below it. Call before adding any. */
export function inGerman(command: Command): Command {
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
    .configureOutput({
      outputError: (text, write) => write(sentences.reduce((said, [from, to]) => said.replace(from, to), text)),
    });
}
