import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { AlertOutput, Output } from '../../src/event/output.ts';
import { openFolder } from '../../src/state/open.ts';
import { until } from '../servers/until.ts';
import { compiled } from '../state/compiled.ts';

const WITHIN_MS = 60_000;
const SILENT_AFTER_MS = 2_000;
const STEP_MS = 50;

/** The real program over a file to which one process appends, in a folder of its own. */
class Followed {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'surprisal-silence-'));
  readonly #config = path.join(this.folder, 'config.yaml');
  readonly #source = path.join(this.folder, 'source.jsonl');
  readonly #out = path.join(this.folder, 'out.jsonl');
  #child: ChildProcess | undefined;
  #ended: Promise<readonly unknown[]> = Promise.resolve([]);
  #lastMs: number;
  sent = 0;

  /** `follow`: else it is read to its end. */
  constructor(startMs: number, follow = true) {
    this.#lastMs = startMs;
    writeFileSync(this.#source, '');
    const lines = [
      'server: { enabled: false }',
      `state: { folder: ${this.folder}/state, commit_interval: 20ms, checkpoint_interval: 1h }`,
      'streams:',
      '  room:',
      `    source: { kind: file, path: ${this.#source}, follow: ${follow} }`,
      '    decode: { key: id }',
      '    channels: { value: {} }',
      `    window: { kind: event, gap: { silent_after: ${SILENT_AFTER_MS}ms } }`,
      '    network: { hidden: 4, steps: 4, engine: wasm }',
      `sinks: { file: { kind: jsonl, path: ${this.#out}, outputs: [alert, score, reject] } }`,
    ];
    writeFileSync(this.#config, lines.join('\n'));
  }

  /** Measurements of two sensors, from the last on up to this time. */
  append(untilMs: number): void {
    for (; this.#lastMs + STEP_MS <= untilMs; this.#lastMs += STEP_MS) {
      const time = new Date(this.#lastMs + STEP_MS).toISOString();
      for (const id of ['a', 'b']) {
        appendFileSync(this.#source, `${JSON.stringify({ id, time, value: this.sent++ % 7 })}\n`);
      }
    }
  }

  /** Something that is no measurement. */
  appendGarbage(): void {
    appendFileSync(this.#source, '{\n');
  }

  start(): void {
    const main = path.join(compiled(['src']), 'src/cli/main.js');
    this.#child = spawn(process.execPath, [main, 'run', '-c', this.#config], { stdio: 'ignore' });
    this.#ended = once(this.#child, 'exit');
  }

  /** Its exit code, once it has ended; by this signal, or on its own. */
  async end(signal?: NodeJS.Signals): Promise<unknown> {
    if (signal !== undefined) this.#child?.kill(signal);
    const [code] = await this.#ended;
    return code;
  }

  /** What a sink has been given by now, perhaps twice. */
  delivered(kind: Output['kind']): number {
    if (!existsSync(this.#out)) return 0;
    const sequences = readFileSync(this.#out, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line))
      .filter((output) => output.kind === kind && (kind !== 'alert' || output.reason === 'silent'))
      .map(({ sequence }) => sequence);
    return new Set(sequences).size;
  }

  /** All that was committed, each once. */
  async committed(): Promise<readonly Output[]> {
    const folder = path.join(this.folder, 'state');
    const store = await openFolder({ folder, backups: 0, backup_interval: 1e9 }, { now: () => 0, report: () => {} });
    const committed = await store.read('room', 's', 0, 1_000_000);
    await store.close();
    return committed.map(({ output }) => output);
  }
}

const silencesIn = (outputs: readonly Output[]): readonly AlertOutput[] =>
  outputs.filter((output) => output.kind === 'alert').filter(({ reason }) => reason === 'silent');

test('a followed file that nobody writes any more raises one alert for each series, through kills at any moment', {
  timeout: 240_000,
}, async () => {
  const room = new Followed(Date.now() - 5_000);
  room.append(Date.now());
  room.start();
  // Killed before the alert, around it, and after it; each round ends with records that were held up since.
  const moments = [0.5, 0.95, 1.05, 1.6];
  let raised = 0;
  for (const moment of moments) {
    await until('what was sent is scored', WITHIN_MS, async () => room.delivered('score') === room.sent);
    await pause(moment * SILENT_AFTER_MS);
    await room.end('SIGKILL');
    room.start();
    raised += 2;
    await until('both are reported silent', WITHIN_MS, async () => room.delivered('alert') >= 2 * raised - 2);
    room.append(Date.now());
  }
  await until('what was sent is scored', WITHIN_MS, async () => room.delivered('score') === room.sent);
  expect(await room.end('SIGTERM')).toBe(0);
  const outputs = await room.committed();
  for (const series of ['a', 'b']) {
    const received = silencesIn(outputs).filter((alert) => alert.series === series);
    expect(received.map(({ state }) => state)).toEqual(moments.flatMap(() => ['firing', 'resolved']));
    expect(new Set(received.map(({ id }) => id)).size).toBe(moments.length);
    expect(
      received.filter(({ state, startMs, timeMs }) => state === 'firing' && timeMs - startMs <= SILENT_AFTER_MS),
    ).toEqual([]);
  }
  expect(outputs.filter(({ kind }) => kind === 'score').length).toBe(room.sent);
  expect(outputs.filter(({ kind }) => kind === 'reject')).toEqual([]);
});

test('what cannot be read is no sign of life: a gateway that sends nothing else has fallen silent', {
  timeout: 120_000,
}, async () => {
  const room = new Followed(Date.now() - 5_000);
  room.append(Date.now());
  room.start();
  await until('both are reported silent', WITHIN_MS, async () => {
    room.appendGarbage();
    return room.delivered('alert') === 2;
  });
  const garbage = room.delivered('reject');
  room.append(Date.now());
  await until('both have resumed', WITHIN_MS, async () => room.delivered('alert') === 4);
  expect(await room.end('SIGTERM')).toBe(0);
  expect(garbage).toBeGreaterThan(5);
});

test.each([
  ['is read to its end', false],
  ['is followed, long after its last line', true],
])('a file of 2014 that %s raises none', { timeout: 120_000 }, async (_, follow) => {
  const start = Date.UTC(2014, 5, 1);
  const room = new Followed(start, follow);
  room.append(start + 5_000);
  room.start();
  await until('all is scored', WITHIN_MS, async () => room.delivered('score') === room.sent);
  if (follow) await pause(3 * SILENT_AFTER_MS);
  expect(await room.end(follow ? 'SIGTERM' : undefined)).toBe(0);
  const outputs = await room.committed();
  expect([outputs.filter(({ kind }) => kind === 'score').length, silencesIn(outputs)]).toEqual([room.sent, []]);
});
