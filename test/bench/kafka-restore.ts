import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { Member } from '../kafka/member.ts';
import { newTopic, untilRead } from '../kafka/topic.ts';
import { startKafka } from '../servers/kafka/cluster.ts';
import { until } from '../servers/until.ts';

/* node test/bench/run.mjs test/bench/kafka-restore.ts [SERIES]: so many series, of one channel at defaults, are learned from one partition,
 * and restored from its changelog by another process: seconds, bytes, bytes a series, and the memory of each process: the writer's at its most, its last
 * checkpoint included, the reader's at its most and once it is ready. */

const SERIES = Number(process.argv[2] ?? 100_000);
const ROWS = 3;
const cluster = await startKafka();
const kafka = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING });
const folder = mkdtempSync(join(tmpdir(), 'surprisal-bench-restore-'));
const config = join(folder, 'config.yaml');
writeFileSync(
  config,
  `group: restore
kafka: { brokers: '${cluster.brokers.join(',')}', transaction_timeout: 15m }
state: { commit_records: 10000 }
server: { enabled: false }
log: { format: json }
streams:
  meters:
    source: { kind: kafka, topic: meters }
    decode: { key: id, time: { at: time, format: epoch_ms } }
    channels: { value: { resolution: 0.01 } }
    window: { kind: event }
    network: { engine: wasm }
    emit: { scores: alerts }
    series: { max: ${2 * SERIES} }
sinks: {}
`,
);

async function fill(): Promise<void> {
  await newTopic(kafka, 'meters', 1);
  const producer = kafka.producer();
  await producer.connect();
  for (let done = 0; done < SERIES * ROWS; ) {
    const messages = Array.from({ length: Math.min(2_000, SERIES * ROWS - done) }, () => {
      const n = done++;
      const id = `meter-${n % SERIES}`;
      return { key: id, value: JSON.stringify({ id, time: 1.7e12 + Math.floor(n / SERIES) * 60_000, value: n % 97 }) };
    });
    await producer.send({ topic: 'meters', messages });
  }
  await producer.disconnect();
}

/** `VmHWM`: the most it ever had; `VmRSS`: what it has now. Of a process that is gone, 0. */
function megabytesOf(pid: number, what: 'VmHWM' | 'VmRSS'): number {
  try {
    const [, kilobytes = 0] = new RegExp(`${what}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Math.round(Number(kilobytes) / 1024);
  } catch {
    return 0;
  }
}

interface Line {
  readonly msg: string;
  readonly series: number;
  readonly seconds: number;
  readonly bytes: number;
}

function restored(member: Member): Line | undefined {
  return member
    .said()
    .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Line] : []))
    .find(({ msg }) => msg === 'state restored');
}

try {
  await fill();
  const writer = new Member(['run', '-c', config], join(folder, 'writer.log'));
  writer.start();
  await untilRead(kafka, 'restore', 'meters', 900_000);
  let writerPeak = 0;
  const watching = setInterval(() => {
    writerPeak = Math.max(writerPeak, megabytesOf(writer.pid, 'VmHWM'));
  }, 50);
  console.log('the writer ended with', await writer.end('SIGTERM'));
  clearInterval(watching);
  const reader = new Member(['run', '-c', config], join(folder, 'reader.log'));
  const began = performance.now();
  reader.start();
  await until('the state is restored', 600_000, async () => restored(reader) !== undefined);
  const secondsFromStart = (performance.now() - began) / 1000;
  const found = restored(reader);
  // Until what the restore left behind is given back.
  await setTimeout(5_000);
  console.log(
    JSON.stringify({
      series: found?.series,
      seconds: found?.seconds,
      secondsFromStart,
      megabytes: Math.round((found?.bytes ?? 0) / 1e6),
      bytesPerSeries: Math.round((found?.bytes ?? 0) / SERIES),
      writerPeakMegabytes: writerPeak,
      readerPeakMegabytes: megabytesOf(reader.pid, 'VmHWM'),
      readerMegabytes: megabytesOf(reader.pid, 'VmRSS'),
    }),
  );
  await reader.end('SIGKILL');
} finally {
  await cluster.stop();
}
