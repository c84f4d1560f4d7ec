import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { until } from '../servers/until.ts';
import { compiled } from '../state/compiled.ts';

const WITHIN_MS = 60_000;

/** The real program over a CSV file that is followed, in a folder of its own; it commits often and makes no checkpoint but the first and the last. */
class Logged {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'surprisal-rotated-'));
  readonly log = path.join(this.folder, 'log.csv');
  readonly #out = path.join(this.folder, 'out.jsonl');
  readonly #config = path.join(this.folder, 'config.yaml');
  #child: ChildProcess | undefined;
  #ended: Promise<readonly unknown[]> = Promise.resolve([]);
  err = '';
  rows = 0;

  constructor(follow = true) {
    writeFileSync(
      this.#config,
      [
        'server: { enabled: false }',
        `state: { folder: ${this.folder}/state, commit_interval: 20ms, checkpoint_interval: 1h }`,
        'streams:',
        '  log:',
        `    source: { kind: file, path: ${this.log}, framing: csv, follow: ${follow} }`,
        '    decode: { format: csv, time: { at: t } }',
        '    channels: { a: {}, b: {} }',
        '    window: { kind: event }',
        '    network: { hidden: 4, steps: 4, engine: wasm }',
        `sinks: { file: { kind: jsonl, path: ${this.#out}, outputs: [score, reject] } }`,
      ].join('\n'),
    );
  }

  header(columns = 't,a,b'): void {
    writeFileSync(this.log, `${columns}\n`);
  }

  write(count: number, columns = 't,a,b'): void {
    for (; count > 0; count--, this.rows++) {
      const n = this.rows;
      const cells: Record<string, string> = {
        t: new Date(1_700_000_000_000 + n * 1_000).toISOString(),
        a: String((n * 7) % 11),
        b: String((n * 5) % 13),
      };
      const row = columns.split(',').map((name) => cells[name]);
      appendFileSync(this.log, `${row.join()}\n`);
    }
  }

  start(): void {
    const main = path.join(compiled(['src']), 'src/cli/main.js');
    const child = spawn(process.execPath, [main, 'run', '-c', this.#config], { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.on('data', (text: Buffer) => {
      this.err += text.toString();
    });
    this.#child = child;
    this.#ended = once(child, 'exit');
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.#child?.kill(signal);
    await this.#ended;
  }

  async ended(): Promise<void> {
    await this.#ended;
  }

  /** Waits until every row is scored, and the score delivered. */
  async all(): Promise<void> {
    const rows = () => new Set(this.outputs()).size;
    await until('every row is scored', WITHIN_MS, async () => rows() >= this.rows || this.#child?.exitCode !== null);
    expect(rows(), this.err).toBe(this.rows);
  }

  outputs(): readonly string[] {
    return existsSync(this.#out) ? readFileSync(this.#out, 'utf8').split('\n').filter(Boolean) : [];
  }
}

test.each(['renamed', 'copied and cut'])(
  'a log that is %s, with a kill after a plain commit, gives the scores of one that is neither',
  { timeout: 600_000 },
  async (how) => {
    const whole = new Logged(false);
    whole.header();
    whole.write(160);
    whole.start();
    await whole.ended();
    expect(whole.outputs()).toHaveLength(160);

    const log = new Logged();
    const rotate = (name: string, columns: string) => {
      if (how === 'renamed') renameSync(log.log, `${log.log}.${name}`);
      else {
        copyFileSync(log.log, `${log.log}.${name}`);
        truncateSync(log.log);
      }
      log.header(columns);
    };
    log.header();
    log.write(50);
    log.start();
    await log.all();
    log.write(10);
    rotate('20260301', 't,b,a');
    log.write(30, 't,b,a');
    await log.all();
    await log.end('SIGKILL');
    log.write(20, 't,b,a');
    rotate('20260302', 'b,a,t');
    log.write(30, 'b,a,t');
    log.start();
    await log.all();
    await log.end('SIGTERM');
    rotate('20260303', 't,a,b');
    log.write(20);
    log.start();
    await log.all();
    await log.end('SIGTERM');
    expect([...new Set(log.outputs())]).toEqual(whole.outputs());
  },
);
