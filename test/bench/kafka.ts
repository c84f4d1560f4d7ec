import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { Kafka, logLevel } from 'kafkajs';
import { decoder } from '../../src/decode/decoder.ts';
import { decodeOptions } from '../../src/decode/options.ts';
import { channelOptions } from '../../src/event/channel.ts';
import { Member } from '../kafka/member.ts';
import { endsOf, newTopic, offsetsOf, untilRead } from '../kafka/topic.ts';
import { startKafka } from '../servers/kafka/cluster.ts';
import { until } from '../servers/until.ts';

/* node test/bench/run.mjs test/bench/kafka.ts [RECORDS]: Kafka to Kafka, exactly once, learning each 4 rows at H = 32 over 1 000 series, beside
 * a consumer that only decodes, on the same topic in the same run. Rows per CPU-second are those of the members' own processes; the broker
 * shares the machine. */

const RECORDS = Number(process.argv[2] ?? 200_000);
const PARTITIONS = 4;
const SERIES = 1_000;
const TOPIC = 'meters';
const CLOCK_TICKS = 100;

const cluster = await startKafka({ nodes: 1 });
const kafka = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING });
const folder = mkdtempSync(join(tmpdir(), 'surprisal-bench-kafka-'));

interface Setting {
  readonly name: string;
  readonly scores: 'all' | 'alerts';
  readonly members: number;
}

async function fill(): Promise<void> {
  await newTopic(kafka, TOPIC, PARTITIONS);
  const producer = kafka.producer();
  await producer.connect();
  for (let done = 0; done < RECORDS; ) {
    const messages = Array.from({ length: 2_000 }, () => {
      const n = done++;
      const series = `meter-${n % SERIES}`;
      const value = 20 + 5 * Math.sin(n / SERIES / 10) + ((n * 7919) % 101) / 100;
      const record = { id: series, time: 1_700_000_000_000 + Math.floor(n / SERIES) * 60_000, value };
      return { key: series, value: JSON.stringify(record) };
    });
    await producer.send({ topic: TOPIC, messages });
  }
  await producer.disconnect();
}

function config({ name, scores }: Setting): string {
  const file = join(folder, `${name.replaceAll(/\W+/g, '-')}.yaml`);
  const text = `group: ${name.replaceAll(/\W+/g, '-').toLowerCase()}
kafka: { brokers: '${cluster.brokers.join(',')}' }
state: { commit_records: ${process.env.COMMIT_RECORDS ?? 5000} }
server: { enabled: false }
streams:
  meters:
    source: { kind: kafka, topic: ${TOPIC} }
    decode: { key: id, time: { at: time, format: epoch_ms } }
    channels: { value: { resolution: 0.01 } }
    window: { kind: event }
    network: { engine: wasm }
    emit: { scores: ${scores} }
sinks: {}
`;
  writeFileSync(file, text);
  return file;
}

/** User and system time of a process so far, s. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS;
}

/** From a tenth of the records on, once everything is compiled, to the last. */
async function measure(setting: Setting): Promise<object> {
  const file = config(setting);
  const group = setting.name.replaceAll(/\W+/g, '-').toLowerCase();
  const members = Array.from(
    { length: setting.members },
    (_, n) => new Member(['run', '-c', file], `${file}.${n}.log`),
  );
  const cpu = () => members.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0);
  const read = async () => {
    const offsets = await offsetsOf(kafka, group, TOPIC).catch(() => new Map<number, number>());
    return [...offsets.values()].reduce((sum, offset) => sum + Math.max(0, offset), 0);
  };
  for (const member of members) member.start();
  await until('a tenth is read', 600_000, async () => (await read()) >= RECORDS / 10);
  const before = { rows: await read(), cpu: cpu(), at: performance.now() };
  await untilRead(kafka, group, TOPIC, 600_000);
  const rows = RECORDS - before.rows;
  const result = row(setting.name, rows, (performance.now() - before.at) / 1000, cpu() - before.cpu);
  for (const member of members) await member.end('SIGTERM');
  return result;
}

/** An ordinary consumer that decodes each record and throws it away. */
async function decodeOnly(): Promise<object> {
  const read = decoder(decodeOptions.parse({ key: 'id', time: { at: 'time', format: 'epoch_ms' } }), [
    { name: 'value', ...channelOptions.parse({}) },
  ]);
  const total = [...(await endsOf(kafka, TOPIC)).values()].reduce((sum, end) => sum + end, 0);
  const consumer = kafka.consumer({ groupId: 'decode-only' });
  await consumer.connect();
  await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
  const [began, before] = [performance.now(), process.cpuUsage()];
  let count = 0;
  await new Promise<void>((resolve) => {
    void consumer.run({
      eachBatch: async ({ batch }) => {
        for (const { value } of batch.messages) {
          if (value !== null) read.decode({ value, offset: 0, next: 0, line: 0 });
          count++;
        }
        if (count === total) resolve();
      },
    });
  });
  const wall = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(before);
  await consumer.disconnect();
  return row('decodes only', RECORDS, wall, (user + system) / 1e6);
}

function row(name: string, rows: number, wall: number, cpu: number): object {
  return {
    name,
    'rows/s': Math.round(rows / wall),
    'rows/CPU-s': Math.round(rows / cpu),
    wall: wall.toFixed(1),
    cpu: cpu.toFixed(1),
  };
}

try {
  await fill();
  const rows = [await decodeOnly()];
  for (const members of [1, 2]) {
    for (const scores of ['all', 'alerts'] as const) {
      const name = `${members} ${members === 1 ? 'member' : 'members'}, ${scores === 'all' ? 'all scores' : 'alerts only'}`;
      rows.push(await measure({ name, scores, members }));
    }
  }
  console.table(rows);
  console.log(JSON.stringify(rows));
} finally {
  await cluster.stop();
}
