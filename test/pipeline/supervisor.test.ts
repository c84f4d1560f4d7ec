import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decodeOptions } from '../../src/decode/options.ts';
import { Failure } from '../../src/errors/failure.ts';
import type { SourceRecord } from '../../src/event/record.ts';
import { engines } from '../../src/lstm/engines.ts';
import type { SinkPlan } from '../../src/pipeline/plan.ts';
import type { Supervisor, SupervisorEvents } from '../../src/pipeline/run/supervisor.ts';
import type { Source } from '../../src/source/source.ts';
import { openFolder } from '../../src/state/open.ts';
import { windowOptions } from '../../src/window/options.ts';
import { fixtureDetector } from '../detector/fixture-streams.ts';
import { embedded, type TestRun, type TestStream } from './embedded.ts';
import { Recorder } from './outbox.ts';

const nothing = () => {};
const events: SupervisorEvents = {
  assigned: nothing,
  restored: nothing,
  interrupted: nothing,
  consumed: nothing,
  missing: nothing,
  emitted: nothing,
  learned: nothing,
  committed: nothing,
  delivered: nothing,
  resent: nothing,
  deadLetter: nothing,
  failed: nothing,
  turnedOff: nothing,
};

const line = (n: number): SourceRecord => ({
  value: Buffer.from(JSON.stringify({ time: 1e12 + n * 60_000, account: 'a', amount: n })),
  offset: n,
  next: n + 1,
  line: n + 1,
});

/** Records `from` to `count`, then what `then` says: an end, a failure, or waiting for the signal. */
function source(count: number, then: (signal: AbortSignal) => Promise<void>): Source {
  return {
    name: 'made up',
    async *read(from, signal) {
      yield Array.from({ length: count - from }, (_, i) => line(from + i));
      await then(signal);
    },
    async close() {},
  };
}

const untilStopped = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve());
  });

const stream = (name: string, made: Source): TestStream => ({
  decode: decodeOptions.parse({ key: 'account', time: { at: 'time', format: 'epoch_ms' } }),
  detector: { ...fixtureDetector('accounts'), stream: name, rules: [], window: windowOptions.parse({ kind: 'event' }) },
  engines,
  openSource: async () => made,
});

const sink = (name: string, made: Recorder): SinkPlan => ({ name, outputs: ['score'], open: async () => made });

function plan(streams: readonly TestStream[], sinks: readonly SinkPlan[]): TestRun {
  const folder = mkdtempSync(join(tmpdir(), 'surprisal-runtime-'));
  const state = {
    folder,
    backup_interval: 3_600_000,
    backups: 0,
    commit_interval: 60_000,
    commit_records: 50,
    checkpoint_interval: 0,
    checkpoint_records: 1_000,
    outbox_keep: 0,
  };
  return { state, streams, sinks };
}

test('a run ends when its sources have ended and all is delivered', async () => {
  const taken = new Recorder();
  const made = plan(
    [
      stream(
        'a',
        source(120, async () => {}),
      ),
    ],
    [sink('s', taken)],
  );
  const runtime = embedded(made, events);
  expect(runtime.readiness).toEqual({ started: false, ready: false, reasons: ['the state is being opened'] });
  await runtime.run();
  expect(taken.taken).toEqual(Array.from({ length: 120 }, (_, n) => n));
  expect(runtime.queues).toEqual([{ sink: 's', queued: 0, waiting: 0 }]);
});

test('the first commit of a new state is a checkpoint, which remembers the engine; then they come in their turn', async () => {
  const made = plan(
    [
      stream(
        'a',
        source(120, async () => {}),
      ),
    ],
    [],
  );
  const checkpoints: boolean[] = [];
  const listening = {
    ...events,
    committed: (_: unknown, commit: { checkpoint: boolean }) => checkpoints.push(commit.checkpoint),
  };
  await embedded({ ...made, state: { ...made.state, checkpoint_interval: 3_600_000 } }, listening).run();
  expect(checkpoints).toEqual([true, false, true]);
});

test('stopped, it commits and delivers what it has read, and a next start continues there', async () => {
  const [before, after] = [new Recorder(), new Recorder()];
  let runtime: Supervisor | undefined;
  const stopping = source(30, (signal) => {
    runtime?.stop(10_000);
    return untilStopped(signal);
  });
  const made = plan([stream('a', stopping)], [sink('s', before)]);
  runtime = embedded(made, events);
  await runtime.run();
  expect(runtime.stopping).toBe(true);
  expect(runtime.readiness).toMatchObject({ ready: false, reasons: ['shutting down'] });
  expect(before.taken).toHaveLength(30);
  const next = {
    ...made,
    streams: [
      stream(
        'a',
        source(45, async () => {}),
      ),
    ],
    sinks: [sink('s', after)],
  };
  await embedded(next, events).run();
  expect(after.taken).toEqual(Array.from({ length: 15 }, (_, n) => 30 + n));
});

test('a source that fails stops the other tasks where they commit, and its failure is what the run throws', async () => {
  const gone = new Failure('source/truncated', 'the file shrank');
  const fails = source(10, () => Promise.reject(gone));
  const made = plan([stream('a', source(20, untilStopped)), stream('b', fails)], []);
  await expect(embedded(made, events).run()).rejects.toBe(gone);
  const store = await openFolder(made.state, { now: () => 0, report: nothing });
  expect((await store.restore('a')).offset).toBe(20);
  await store.close();
});

test('a bug in a sink ends the run, with every task stopped and the state unlocked', async () => {
  const bug = new Recorder(() => {
    throw new TypeError('a bug');
  });
  const made = plan([stream('a', source(60, untilStopped))], [sink('s', bug)]);
  await expect(embedded(made, events).run()).rejects.toThrow('a bug');
  const store = await openFolder(made.state, { now: () => 0, report: nothing });
  expect(await store.read('a', 's', 0, 100)).not.toEqual([]);
  await store.close();
});

test('a sink that cannot be opened ends the run before anything is read', async () => {
  const refused = new Failure('sink/misconfigured', 'no such folder');
  const opened = { name: 's', outputs: ['score'], open: () => Promise.reject(refused) } as const;
  const made = plan([stream('a', source(60, untilStopped))], [opened]);
  await expect(embedded(made, events).run()).rejects.toBe(refused);
});
