import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { worlds } from '../../src/simulate/worlds.ts';
import { surprisal } from '../cli/program.ts';
import { newFolder, removeFolder } from '../servers/folder.ts';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { type SharedKafka, sharedKafka } from '../servers/kafka/shared-broker.ts';
import { freePort } from '../servers/ports.ts';
import { debian, describeWith } from '../servers/program.ts';
import { until } from '../servers/until.ts';
import { Member } from './member.ts';

/** A reader that has nothing of ours, nor of kafkajs': librdkafka. */
const kcat = debian('kcat', 'kcat', 'kafkacat');
const CONFIG = join(import.meta.dirname, '../../config/kafka.yaml');
const folder = newFolder('with-kafka');
let cluster: SharedKafka;

function read(topic: string): readonly Readonly<Record<string, unknown>>[] {
  const args = ['-q', '-b', cluster.brokers.join(','), '-C', '-t', topic, '-o', 'beginning', '-e'];
  const text = execFileSync(kcat.path(), [...args, '-X', 'isolation.level=read_committed'], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

describeWith([kafkaLibraries, kcat], 'with Kafka, as the README has it', () => {
  beforeAll(async () => {
    cluster = await sharedKafka();
    process.env.KAFKA_BROKERS = cluster.brokers.join(',');
    process.env.SURPRISAL__SERVER__PORT = String(await freePort());
    process.env.SURPRISAL__STATE__FOLDER = join(folder, 'state');
  });
  afterAll(async () => {
    delete process.env.KAFKA_BROKERS;
    delete process.env.SURPRISAL__SERVER__PORT;
    delete process.env.SURPRISAL__STATE__FOLDER;
    removeFolder(folder);
  });

  test('five simulated streams are produced, scored and alerted on, and another client reads the alerts', {
    timeout: 180_000,
  }, async () => {
    const missing = await surprisal(['topics', '-c', CONFIG]);
    expect([missing.code, missing.err]).toEqual([1, expect.stringContaining('are missing; --create makes them')]);
    expect(await surprisal(['topics', '--create', '-c', CONFIG])).toMatchObject({ code: 0 });
    expect(await surprisal(['topics', '-c', CONFIG])).toMatchObject({ code: 0, err: '' });
    const produced = await surprisal([
      'produce',
      '-c',
      CONFIG,
      '-o',
      'max_records=4000',
      '-o',
      'fault_rate=6',
      '-o',
      'calm=1h',
    ]);
    expect(produced.code, produced.err).toBe(0);
    for (const { name } of worlds) expect(produced.err).toContain(`${name}: 4000 records written to ${name}`);
    const member = new Member(['run', '-c', CONFIG], join(folder, 'log'));
    member.start();
    const streams = (topic: string) => new Set(read(topic).map(({ stream }) => stream));
    await until('every stream is scored', 90_000, async () => streams('surprisal-scores').size === worlds.length);
    await until('alerts are there', 90_000, async () => read('surprisal-alerts').length > 3);
    expect(await member.end('SIGTERM')).toBe(0);
    const alerts = read('surprisal-alerts');
    expect(alerts.every(({ kind, id, summary }) => kind === 'alert' && id !== '' && summary !== '')).toBe(true);
    expect(alerts.some(({ state }) => state === 'firing')).toBe(true);
  });
});
