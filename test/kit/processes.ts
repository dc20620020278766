import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from '#launch/ports.js';
import { runtimeFlags } from '#launch/runtime.js';
import { root } from '#settings/root.js';

/** One of the four applications as a real process, which a test can kill and start again. */
export class App {
  private child: ChildProcess | undefined;
  /** Everything it wrote, over all starts. */
  output = '';

  constructor(
    readonly name: 'gateway' | 'worker' | 'console' | 'simulator',
    readonly port: number,
    private readonly environment: Record<string, string>,
  ) {}

  get pid(): number | undefined {
    return this.child?.pid;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Resolves when `/health/<until>` answers 200; fails after `seconds`. */
  async start(until: 'ready' | 'live' = 'ready', seconds = 30): Promise<this> {
    const child = spawn(process.execPath, [...runtimeFlags, join(root, 'dist/apps', this.name, 'main.js')], {
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        [`${this.name.toUpperCase()}_PORT`]: String(this.port),
        ...this.environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: root,
    });
    this.child = child;
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk) => (this.output += chunk));
    const isThere = async () => {
      if (child.exitCode !== null)
        throw new Error(`${this.name} ended with ${child.exitCode}:\n${this.output.slice(-2000)}`);
      const answer = await fetch(`${this.url}/health/${until}`).catch(() => undefined);
      return answer?.ok;
    };
    await eventually(`${this.name} is ${until}`, isThere, seconds);
    return this;
  }

  /** Sends SIGKILL; resolves when the process is gone. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Sends SIGTERM; resolves when the process is gone, with the milliseconds that took. */
  async stop(): Promise<number> {
    const from = performance.now();
    await this.end('SIGTERM');
    return performance.now() - from;
  }

  /** Resolves when the process is gone, whoever ended it. */
  async gone(): Promise<void> {
    if (this.child && this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'exit');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill(signal);
    await exit;
  }
}

/** Polls every `pause` ms until `condition` returns something truthy. Fails after `seconds`, with the sentence. */
export async function eventually<T>(
  sentence: string,
  condition: () => Promise<T> | T,
  seconds = 30,
  pause = 50,
): Promise<NonNullable<T>> {
  const until = performance.now() + seconds * 1000;
  for (;;) {
    const value = await condition();
    if (value) return value as NonNullable<T>;
    if (performance.now() > until) throw new Error(`not within ${seconds} s: ${sentence}`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** Different ports on which nobody listens right now. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}
