import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { compiled } from '../state/compiled.ts';

let main: string | undefined;

/** The real program as a member of a consumer group, by a configuration of its own; signalled by its pid, and never left behind. */
export class Member {
  readonly #args: readonly string[];
  readonly #log: string;
  readonly #out: string;
  #child: ChildProcess | undefined;

  /** `log` takes what it says, `out` its standard output. */
  constructor(args: readonly string[], log: string, out = '/dev/null') {
    this.#args = args;
    this.#log = log;
    this.#out = out;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Whether the process lives. */
  get lives(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get exitCode(): number | null {
    return this.#child?.exitCode ?? null;
  }

  start(): void {
    main ??= path.join(compiled(['src']), 'src/cli/main.js');
    const log = openSync(this.#log, 'a');
    const out = openSync(this.#out, 'a');
    this.#child = spawn(process.execPath, [main, ...this.#args], { stdio: ['ignore', out, log] });
    closeSync(log);
    closeSync(out);
    const child = this.#child;
    const kill = () => child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', () => process.removeListener('exit', kill));
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Resolves with its exit code when it is gone; null where the signal ended it. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (child === undefined || !this.lives) return this.exitCode;
    const gone = once(child, 'exit');
    child.kill(signal);
    const [code] = await gone;
    return code;
  }

  /** All that it said, line by line. */
  said(): readonly string[] {
    return readFileSync(this.#log, 'utf8').split('\n').filter(Boolean);
  }
}
