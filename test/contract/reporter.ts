import { writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { hintFor } from './cases.js';
import { texts } from './texts.js';

/** What is used of Jest's results. */
interface CaseResult {
  ancestorTitles: string[];
  title: string;
  status: string;
  failureMessages: string[];
}
interface FileResult {
  testResults: CaseResult[];
  /** Set where the file could not be run. */
  testExecError?: { message: string };
  failureMessage?: string | null;
}

/** What the reporter leaves behind for whoever started Jest. */
export interface SuiteResult {
  cases: { subject: string; title: string; passed: boolean }[];
  /** Failed cases, and files that could not be run. */
  failed: number;
}

/** Lines of a failure that are shown; what was expected and what came stands at its beginning. */
const shown = 14;
/** Characters of a line that are shown. */
const widest = 160;

/** `npm run adapter:test`, for an adapter's author: each case as it ends, and then what failed, with a hint. */
export default class AdapterReporter {
  #subject = '';
  readonly #cases: SuiteResult['cases'] = [];
  readonly #options: { folder: string; result: string };

  /**
   * @param options.folder where the adapter lies: places in it are shown
   * @param options.result the file into which the {@link SuiteResult} is written
   */
  constructor(_: unknown, options: { folder: string; result: string }) {
    this.#options = options;
  }

  onTestCaseResult(_: unknown, { ancestorTitles, title, status }: CaseResult): void {
    if (status === 'pending') return;
    const subject = subjectOf(ancestorTitles);
    if (subject !== this.#subject) say(`\n${subject}`);
    this.#subject = subject;
    const passed = status === 'passed';
    this.#cases.push({ subject, title, passed });
    say(`  ${passed ? '✓' : '✗'} ${title}`);
  }

  onRunComplete(_: unknown, { testResults }: { testResults: FileResult[] }): void {
    const failed = testResults.flatMap((one) => this.#failuresOf(one));
    const result: SuiteResult = { cases: this.#cases, failed: failed.length };
    writeFileSync(this.#options.result, JSON.stringify(result));
    if (failed.length > 0) say(`\n${texts.failed}\n\n${failed.join('\n\n')}`);
  }

  /** Jest calls it; the exit code says the same. */
  getLastError(): undefined {}

  #failuresOf({ testResults, testExecError, failureMessage }: FileResult): string[] {
    if (testExecError) return [this.#failure(texts.notTried, failureMessage ?? testExecError.message)];
    return testResults
      .filter(({ status }) => status === 'failed')
      .map(({ ancestorTitles, title, failureMessages }) =>
        this.#failure(title, failureMessages.join('\n'), subjectOf(ancestorTitles)),
      );
  }

  #failure(title: string, message: string, subject = ''): string {
    const hint = hintFor(title, message);
    const lines = plain(message);
    return [
      `✗ ${[subject, title].filter(Boolean).join(': ')}`,
      ...(hint ? [`  → ${hint}`] : []),
      ...lines.slice(0, shown).map((line) => `    ${line}`),
      ...(lines.length > shown ? ['    …'] : []),
      ...this.#placesIn(message).map((place) => `    ${texts.place(place)}`),
    ].join('\n');
  }

  /** Where in the adapter's own files it happened: the innermost place. */
  #placesIn(message: string): string[] {
    const places = message.matchAll(/\(?(?:file:\/\/)?(\/[^\s()]+:\d+):\d+\)?$/gm);
    const own = [...places]
      .map(([, place = '']) => place)
      .filter((place) => place.includes(`${this.#options.folder}/`));
    return own.slice(0, 1).map((place) => place.slice(place.indexOf(this.#options.folder)));
  }
}

/** What a failure says, without colours, stack and the name of the class. */
function plain(message: string): string[] {
  const lines = stripVTControlCharacters(message)
    .replace(/^\s*● Test suite failed to run\s*/, '')
    .split('\n')
    .filter((line) => !/^\s+at |^\s*>?\s*\d* \|/.test(line))
    .map((line) => line.replace(/^\s*(?:Error|JestAssertionError): /, '').trimEnd());
  const cut = (line: string) => (line.length > widest ? `${line.slice(0, widest)}…` : line);
  return lines.filter((line, n) => line !== '' && !(n > 0 && lines[n - 1] === line)).map(cut);
}

const subjectOf = (titles: string[]) => titles.join(' ').replace(/^the adapter /, '');
const say = (line: string) => process.stdout.write(`${line}\n`);
