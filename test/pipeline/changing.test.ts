import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decodeOptions } from '../../src/decode/options.ts';
import { Failure } from '../../src/errors/failure.ts';
import { engines } from '../../src/lstm/engines.ts';
import { Supervisor, type SupervisorEvents } from '../../src/pipeline/run/supervisor.ts';
import type { Source } from '../../src/source/source.ts';
import { EmbeddedBackend } from '../../src/state/backend.ts';
import { openFolder } from '../../src/state/open.ts';
import type { OpenPartition, TopicPartition } from '../../src/store/backend.ts';
import { windowOptions } from '../../src/window/options.ts';
import { fixtureDetector } from '../detector/fixture-streams.ts';

/** A backend that keeps everything in a folder, and assigns and fails as a test says. */
class Changing extends EmbeddedBackend {
  readonly opened: string[] = [];
  failures = 0;
  /** Called once the first assignment is made, for the names of those that stay. */
  next: () => Promise<readonly string[]> = async () => ['a', 'b'];

  override async *assignments(): AsyncGenerator<readonly TopicPartition[]> {
    for await (const all of super.assignments()) {
      yield all;
      const kept = await this.next();
      yield all.filter(({ name }) => kept.includes(name));
    }
  }

  override async open(partition: TopicPartition): Promise<OpenPartition> {
    this.opened.push(partition.name);
    if (this.failures-- > 0) throw new Failure('kafka/unreachable', 'the broker is away');
    return await super.open(partition);
  }

  override isTransient({ remedy }: Failure): boolean {
    return remedy === 'retry';
  }
}

const nothing = () => {};
const silent: SupervisorEvents = {
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

/** Thirty records; then the end, or waiting for the signal. */
function source(isLive: boolean): Source {
  return {
    name: 'made up',
    async *read(from, signal) {
      yield Array.from({ length: 30 - from }, (_, i) => {
        const n = from + i;
        const record = { time: 1e12 + n * 60_000, account: 'a', amount: n };
        return { value: Buffer.from(JSON.stringify(record)), offset: n, next: n + 1, line: n + 1 };
      });
      if (!isLive || signal.aborted) return;
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    },
    async close() {},
  };
}

function made(sources: Readonly<Record<string, Source>>) {
  const limits = { commit_interval: 1, commit_records: 10, checkpoint_interval: 0, checkpoint_records: 1_000 };
  const folder = mkdtempSync(join(tmpdir(), 'surprisal-changing-'));
  const state = { folder, backup_interval: 3_600_000, backups: 0, outbox_keep: 0 };
  const opened = new Map(Object.entries(sources).map(([name, each]) => [name, async () => each]));
  const streams = Object.keys(sources).map((name) => ({
    decode: decodeOptions.parse({ key: 'account', time: { at: 'time', format: 'epoch_ms' } }),
    detector: {
      ...fixtureDetector('accounts'),
      stream: name,
      rules: [],
      window: windowOptions.parse({ kind: 'event' }),
    },
    engines,
  }));
  return { state, plan: { limits, streams, sinks: [] }, backend: new Changing({ state, sources: opened }, nothing) };
}

test('the task of a partition that is taken away commits and ends, and the run ends with the others', async () => {
  const { state, plan, backend } = made({ a: source(true), b: source(false) });
  const seen: string[][] = [];
  let consumed = nothing;
  backend.next = async () => {
    await new Promise<void>((resolve) => {
      consumed = resolve;
    });
    return ['b'];
  };
  const events: SupervisorEvents = {
    ...silent,
    assigned: (partitions) => void seen.push(partitions.map(({ name }) => name)),
    consumed: ({ stream }) => stream === 'a' && consumed(),
  };
  const supervisor = new Supervisor(plan, backend, events);
  await supervisor.run();
  expect(seen).toEqual([['a', 'b'], ['b']]);
  expect(supervisor.tasks.map(({ name, state: each }) => [name, each])).toEqual([['b', 'done']]);
  const store = await openFolder(state, { now: () => 0, report: nothing });
  expect([(await store.restore('a')).offset, (await store.restore('b')).offset]).toEqual([30, 30]);
  await store.close();
});

test('a partition that cannot be opened for now is opened again, and each failure is reported by its name', async () => {
  const { plan, backend } = made({ a: source(false) });
  backend.next = async () => ['a'];
  backend.failures = 2;
  const interrupted: string[] = [];
  const events = {
    ...silent,
    interrupted: (where: string, { code }: Failure) => void interrupted.push(`${where} ${code}`),
  };
  await new Supervisor(plan, backend, events).run();
  expect(backend.opened).toEqual(['a', 'a', 'a']);
  expect(interrupted).toEqual(['a kafka/unreachable', 'a kafka/unreachable']);
});

test('another failure ends the run', async () => {
  const broken: Source = {
    ...source(false),
    read: () => {
      throw new Failure('source/truncated', 'it shrank');
    },
  };
  const { plan, backend } = made({ a: broken, b: source(true) });
  await expect(new Supervisor(plan, backend, silent).run()).rejects.toThrow('it shrank');
});
