import { performance } from 'node:perf_hooks';
import process from 'node:process';
import type { ScoreOutput } from '../../src/event/output.ts';
import { type Origin, outgoing } from '../../src/kafka/messages.ts';
import { batches } from '../../src/kafka/produce.ts';
import { recordBatch } from '../../src/kafka/record-batch.ts';
import { type ScoreFormat, ScoreRecords } from '../../src/kafka/score-records.ts';

/* node test/bench/run.mjs test/bench/score-out.ts [CHANNELS]: CPU of a score on its way out, from the detector's output to the bytes of a batch,
 * without network and broker: each format in turn, five rounds, the median. `cloudevents` is what all scores were before. */

const CHANNELS = Number(process.argv[2] ?? 1);
const SCORES = 100_000;
const PER_COMMIT = 5_000;
const ROUNDS = 5;
const FORMATS: readonly ScoreFormat[] = ['cloudevents', 'json', 'avro'];

/** As a detector gives them: the value has the digits of a sensor, all else those of a double. */
const scores = Array.from({ length: PER_COMMIT }, (_, n): ScoreOutput => {
  const channels = Array.from({ length: CHANNELS }, (_, c) => {
    const value = Math.round(2_000 + 500 * Math.sin(n / 100 + c)) / 100;
    const [expected, half] = [20 + 5 * Math.sin(n / 101 + c), 0.7 + Math.sin(n) / 7];
    const [lower, upper] = [expected - half, expected + half];
    return {
      channel: `channel-${c}`,
      value,
      expected,
      lower,
      upper,
      bits: 3 + Math.sin(n / 7),
      attribution: 1 / CHANNELS,
    };
  });
  const [pValue, score] = [(1 + Math.sin(n * 7)) / 2.001 + 1e-4, (1 + Math.sin(n)) / 3];
  const place = { series: `meter-${n % 1_000}`, timeMs: 1_700_000_000_000 + n * 60_000 };
  return {
    kind: 'score',
    stream: 'meters',
    ...place,
    channels,
    bits: 3.2,
    pValue,
    score,
    lead: 0,
    alert: '',
    warming: false,
  };
});

/** One commit's worth of bytes. */
function encode(format: ScoreFormat): number {
  const compact = format === 'cloudevents' ? undefined : new ScoreRecords(format);
  const origin: Origin = {
    group: 'g',
    stream: 'meters',
    topic: 'in',
    partition: 0,
    partitions: new Map(),
    scores: compact,
  };
  const author = { producerId: 1n, producerEpoch: 0, sequence: 0, timestampMs: 0 };
  const none = new Map();
  let bytes = 0;
  const records = function* () {
    for (const output of scores) yield outgoing(output, origin, none);
  };
  for (const parts of batches(records()))
    for (const { records: part } of parts) bytes += recordBatch(part, author).length;
  return bytes;
}

const times = new Map<ScoreFormat, number[]>(FORMATS.map((format) => [format, []]));
const sizes = new Map<ScoreFormat, number>();
for (let round = 0; round <= ROUNDS; round++) {
  for (const format of FORMATS) {
    const [began, wall] = [process.cpuUsage(), performance.now()];
    for (let done = 0; done < SCORES; done += PER_COMMIT) sizes.set(format, encode(format) / PER_COMMIT);
    const { user, system } = process.cpuUsage(began);
    // The first round compiles.
    if (round > 0) times.get(format)?.push((user + system) / SCORES, performance.now() - wall);
  }
}
const median = (all: readonly number[]) => all.filter((_, i) => i % 2 === 0).sort((a, b) => a - b)[ROUNDS >> 1];
const before = median(times.get('cloudevents') ?? []);
process.stdout.write(
  '| format | µs of CPU a score, garbage collection included | bytes | against before |\n|---|---:|---:|---:|\n',
);
for (const format of FORMATS) {
  const took = median(times.get(format) ?? []);
  const cells = [took.toFixed(2), Math.round(sizes.get(format) ?? 0), `${(before / took).toFixed(1)} ×`];
  process.stdout.write(`| \`${format}\` | ${cells.join(' | ')} |\n`);
}
