import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './until.ts';

const LOG_TAIL = 4_000;
/** A server that gives up says why long before its log ends. */
const WHY = /^.*(ERROR|FATAL|Exception|Error\b|panic|Killed).*$/gm;
const MOST_WHYS = 12;

/** How a server is started. */
export interface Launch {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Where it runs, and where its log is kept as `<name>.log`. */
  readonly folder: string;
}

/** One server under test: started, signalled and stopped by its own pid, and never left behind. */
export class ServerProcess {
  readonly #launch: Launch;
  #child: ChildProcess | undefined;

  constructor(launch: Launch) {
    this.#launch = launch;
  }

  /** Starts it, or starts it again, and waits until it is ready. @throws Error with the end of its log */
  async start(ready: () => Promise<boolean>, withinMs = 30_000): Promise<void> {
    const { command, args, folder, name } = this.#launch;
    const log = openSync(this.#log, 'a');
    const child = spawn(command, args, { cwd: folder, stdio: ['ignore', log, log] });
    closeSync(log);
    this.#child = child;
    let failure: Error | undefined;
    child.once('error', (error) => {
      failure = error;
    });
    process.once('exit', this.#kill);
    const ended = () => failure !== undefined || child.exitCode !== null || child.signalCode !== null;
    try {
      await until(`${name} is ready`, withinMs, async () => ended() || (await ready()));
      if (ended()) throw failure ?? new Error(`${name} ended with ${child.exitCode ?? child.signalCode}`);
    } catch (error) {
      await this.end('SIGKILL');
      throw new Error(`${error}; ${this.#whys()}its log ends:\n${this.logTail()}`, { cause: error });
    }
  }

  /** 0 where it does not run. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Resolves when it is gone. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    process.removeListener('exit', this.#kill);
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  /** The last lines it wrote. */
  logTail(): string {
    return existsSync(this.#log) ? readFileSync(this.#log, 'utf8').slice(-LOG_TAIL) : '';
  }

  #whys(): string {
    const lines = existsSync(this.#log) ? (readFileSync(this.#log, 'utf8').match(WHY) ?? []) : [];
    return lines.length === 0 ? '' : `its log says:\n${lines.slice(0, MOST_WHYS).join('\n')}\n`;
  }

  get #log(): string {
    return join(this.#launch.folder, `${this.#launch.name}.log`);
  }

  readonly #kill = (): void => {
    this.#child?.kill('SIGKILL');
  };
}
