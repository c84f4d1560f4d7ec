import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { Member } from '../kafka/member.ts';
import { newTopic, offsetsOf } from '../kafka/topic.ts';
import { startKafka } from '../servers/kafka/cluster.ts';

/* node test/bench/run.mjs test/bench/kafka-lag.ts [RECORDS]: a member starts so many records behind; its memory while it catches up, one bar
 * for each fortieth of the way. */

const RECORDS = Number(process.argv[2] ?? 5_000_000);
const PARTITIONS = 4;
const SERIES = 1_000;
const STEPS = 40;
const BAR_MEGABYTES = 8;

const cluster = await startKafka();
const kafka = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING });
const folder = mkdtempSync(join(tmpdir(), 'surprisal-bench-lag-'));
const config = join(folder, 'config.yaml');
writeFileSync(
  config,
  `group: lag
kafka: { brokers: '${cluster.brokers.join(',')}' }
state: { commit_records: 5000 }
server: { enabled: false }
streams:
  meters:
    source: { kind: kafka, topic: meters }
    decode: { key: id, time: { at: time, format: epoch_ms } }
    channels: { value: { resolution: 0.01 } }
    window: { kind: event }
    network: { engine: wasm }
    emit: { scores: alerts }
sinks: {}
`,
);

async function fill(): Promise<void> {
  await newTopic(kafka, 'meters', PARTITIONS);
  const producer = kafka.producer();
  await producer.connect();
  for (let done = 0; done < RECORDS; ) {
    const messages = Array.from({ length: Math.min(5_000, RECORDS - done) }, () => {
      const n = done++;
      const id = `meter-${n % SERIES}`;
      const value = 20 + 5 * Math.sin(n / SERIES / 10) + ((n * 7919) % 101) / 100;
      return { key: id, value: JSON.stringify({ id, time: 1.7e12 + Math.floor(n / SERIES) * 60_000, value }) };
    });
    await producer.send({ topic: 'meters', messages });
  }
  await producer.disconnect();
}

function megabytes(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

async function readSoFar(): Promise<number> {
  const offsets = await offsetsOf(kafka, 'lag', 'meters').catch(() => new Map<number, number>());
  return [...offsets.values()].reduce((sum, offset) => sum + Math.max(0, offset), 0);
}

try {
  await fill();
  const member = new Member(['run', '-c', config], join(folder, 'log'));
  member.start();
  const most = new Array<number>(STEPS).fill(0);
  for (let read = 0; read < RECORDS; read = await readSoFar()) {
    const step = Math.min(STEPS - 1, Math.floor((STEPS * read) / RECORDS));
    most[step] = Math.max(most[step], megabytes(member.pid));
    await pause(200);
  }
  await member.end('SIGTERM');
  for (const [step, value] of most.entries()) {
    const behind = Math.round((RECORDS * (STEPS - step)) / STEPS);
    console.log(
      `${String(behind).padStart(9)} behind ${value.toFixed(0).padStart(5)} MB ${'#'.repeat(Math.round(value / BAR_MEGABYTES))}`,
    );
  }
} finally {
  await cluster.stop();
}
