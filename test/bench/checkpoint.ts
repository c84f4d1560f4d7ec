import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { detectorOptions, streamOptions } from '../../src/config/stream.ts';
import type { SourceRecord } from '../../src/event/record.ts';
import { Changelog } from '../../src/kafka/changelog.ts';
import { topicNames } from '../../src/kafka/names.ts';
import { Transactions } from '../../src/kafka/transactions.ts';
import { Wire } from '../../src/kafka/wire.ts';
import { engines } from '../../src/lstm/engines.ts';
import { Task } from '../../src/pipeline/task/task.ts';
import type { TaskEvents } from '../../src/pipeline/task/task-events.ts';
import { openFolder } from '../../src/state/open.ts';
import type { TaskStore } from '../../src/store/store.ts';
import { newTopic } from '../kafka/topic.ts';
import { startKafka } from '../servers/kafka/cluster.ts';

/* node test/bench/run.mjs test/bench/checkpoint.ts [--store embedded|kafka] [--series 100000] [--rate 1000]: a task with so many series of one channel at
 * defaults checkpoints all of them, while records come at a steady rate: how long that takes, how late the records' scores are meanwhile and otherwise, and
 * the memory before and at its worst. Kafka is one broker on this machine. */

const { values } = parseArgs({
  options: {
    store: { type: 'string', default: 'embedded' },
    series: { type: 'string', default: '100000' },
    rate: { type: 'string', default: '1000' },
  },
});
const SERIES = Number(values.series);
const RATE = Number(values.rate);
const ROWS = 3;
const AT_ONCE = 1_000;
/** Seconds of steady records before the checkpoint, and after it. */
const QUIET_S = 5;
const FILLED = SERIES * ROWS;

const scored = { quiet: [] as number[], meanwhile: [] as number[] };
const resident = { before: 0, peak: 0 };
let began = 0;
let ended = 0;
let beganMs = Number.POSITIVE_INFINITY;
let endedMs = Number.POSITIVE_INFINITY;
const stop = new AbortController();

function record(n: number, timeMs: number): SourceRecord {
  const value = Buffer.from(JSON.stringify({ id: `meter-${n % SERIES}`, time: timeMs, value: n % 97 }));
  return { value, offset: n, next: n + 1, line: n + 1 };
}

async function* read(from: number, signal: AbortSignal): AsyncGenerator<readonly SourceRecord[]> {
  const past = Date.now() - 3_600_000;
  for (let n = from; n < FILLED; n += AT_ONCE) {
    yield Array.from({ length: Math.min(AT_ONCE, FILLED - n) }, (_, i) => record(n + i, past + n + i));
  }
  const start = Date.now();
  for (let n = FILLED; !signal.aborted; ) {
    const due = FILLED + ((Date.now() - start) * RATE) / 1_000;
    const batch: SourceRecord[] = [];
    for (; n < due; n++) batch.push(record(n, start + ((n - FILLED) * 1_000) / RATE));
    if (batch.length > 0) yield batch;
    await setTimeout(1);
  }
}

const nothing = () => {};
const events: TaskEvents = {
  restored: nothing,
  consumed: nothing,
  missing: nothing,
  learned: nothing,
  interrupted: nothing,
  emitted(task, outputs) {
    const now = Date.now();
    if (task.position <= FILLED) return;
    if (began === 0 && task.position > FILLED + (QUIET_S - 1) * RATE) {
      began = performance.now();
      beganMs = now;
      resident.before = process.memoryUsage.rss();
    }
    for (const output of outputs) {
      if (output.kind !== 'score') continue;
      // By when it came: what came meanwhile may have waited for the end.
      const meanwhile = output.timeMs >= beganMs && output.timeMs <= endedMs;
      (meanwhile ? scored.meanwhile : scored.quiet).push(now - output.timeMs);
    }
  },
  committed(_, { seconds, bytes, checkpoint }) {
    if (!checkpoint || began === 0 || ended > 0) return;
    ended = performance.now();
    endedMs = Date.now();
    console.log(JSON.stringify({ checkpointSeconds: round(seconds), megabytes: Math.round(bytes / 1e6) }));
    setTimeout(QUIET_S * 1_000).then(() => stop.abort());
  },
};

function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

async function openStore(): Promise<{ store: TaskStore; close: () => Promise<void> }> {
  if (values.store === 'embedded') {
    const folder = mkdtempSync(join(tmpdir(), 'surprisal-bench-checkpoint-'));
    const store = await openFolder(
      { folder, backups: 0, backup_interval: 3_600_000 },
      { now: Date.now, report: nothing },
    );
    return { store, close: () => store.close() };
  }
  const cluster = await startKafka();
  const kafka = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING });
  const origin = { group: 'bench', stream: 'meters', topic: 'meters', partition: 0 };
  const { scores, alerts, changelog } = topicNames;
  const topics = [origin.topic, scores('bench'), alerts('bench'), changelog('bench', 'meters')];
  for (const topic of topics) await newTopic(kafka, topic, 1);
  const wire = new Wire(kafka);
  await wire.connect(topics);
  const options = { id: 'bench', timeoutMs: 900_000, compression: 'none', topics } as const;
  const store = new Changelog({
    wire,
    transactions: await Transactions.fence(kafka, options, stop.signal),
    origin: { ...origin, partitions: new Map(topics.map((topic) => [topic, 1])) },
    source: { start: 'earliest', on_foreign_state: 'stop', on_lost_offset: 'stop', on_moved_offset: 'stop' },
    restoring: nothing,
    report: nothing,
    did: nothing,
    signal: new AbortController().signal,
  });
  return { store, close: () => cluster.stop() };
}

const config = streamOptions.parse({
  source: { kind: 'file', path: '-' },
  decode: { key: 'id', time: { at: 'time', format: 'epoch_ms' } },
  channels: { value: { resolution: 0.01 } },
  window: { kind: 'event' },
  network: { engine: 'wasm' },
  series: { max: SERIES },
});
const { store, close } = await openStore();
const task = new Task({
  name: 'meters',
  plan: {
    decode: config.decode,
    detector: detectorOptions('meters', config),
    engines,
  },
  openSource: async () => ({ name: 'made up', read, async close() {} }),
  limits: {
    commit_records: 1_000,
    commit_interval: 500,
    checkpoint_records: FILLED + QUIET_S * RATE,
    checkpoint_interval: 3_600_000,
  },
  store,
  events,
});
const watching = setInterval(() => {
  if (began > 0 && ended === 0) resident.peak = Math.max(resident.peak, process.memoryUsage.rss());
}, 20);
await task.run(stop.signal);
clearInterval(watching);
await close();

function late(times: readonly number[]) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.ceil(share * sorted.length) - 1]);
  return { scores: sorted.length, p50ms: at(0.5), p99ms: at(0.99), longestMs: at(1) };
}

const megabytes = (bytes: number) => Math.round(bytes / 1e6);
console.log(
  JSON.stringify({
    series: SERIES,
    residentMegabytes: megabytes(resident.before),
    peakMegabytes: megabytes(resident.peak),
    ratio: round(resident.peak / resident.before),
    otherwise: late(scored.quiet),
    meanwhile: late(scored.meanwhile),
  }),
);
