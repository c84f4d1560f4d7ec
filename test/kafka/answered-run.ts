import '../../src/cli/relaxed-simd.ts';
import process from 'node:process';
import { Kafka, logLevel } from 'kafkajs';
import { retry } from '../../src/async/retry.ts';
import { decodeOptions } from '../../src/decode/options.ts';
import { isPassing } from '../../src/kafka/failure.ts';
import { FeedbackWriter } from '../../src/kafka/feedback.ts';
import { openPartition } from '../../src/kafka/open-partition.ts';
import { kafkaOptions } from '../../src/kafka/options.ts';
import { kafkaSource } from '../../src/kafka/source.ts';
import { engines } from '../../src/lstm/engines.ts';
import { Task } from '../../src/pipeline/task/task.ts';
import { answeredDetector } from '../detector/answered-fixture.ts';
import { fixtureStreams } from '../detector/fixture-streams.ts';
import { saysCommitted } from '../pipeline/says-committed.ts';

/*
 * A program: the task of a fixture stream whose records are in partition 0 of a topic, without the group's membership; writes a line to standard output for
 * each commit, and one when it is restored.
 */

const [brokers = '', group = '', stream = ''] = process.argv.slice(2);
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());

const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING });
const partition = { stream, topic: `${group}-in`, partition: 0, name: `${group}-in/0`, task: `${stream}/0` };
const writer = new FeedbackWriter(kafka);

/** One life of the task, as a supervisor gives it: after a transient failure everything is opened anew. */
async function life(): Promise<void> {
  const opened = await openPartition(partition, stop.signal, {
    kafka,
    group,
    options: kafkaOptions.parse({ brokers }),
    source: kafkaSource.config.parse({ kind: 'kafka', topic: partition.topic }),
    partitions: new Map(),
    format: 'cloudevents',
    writer,
    events: { restoring: () => {}, lag: () => {}, did: () => {}, interrupted: () => {} },
    waiting: { failed: () => {}, answered: () => {} },
  });
  const task = new Task({
    ...opened,
    name: partition.task,
    plan: {
      decode: {
        ...decodeOptions.parse({ key: fixtureStreams[stream].key }),
        attributes: fixtureStreams[stream].attributes ?? {},
      },
      detector: answeredDetector(stream),
      engines,
    },
    limits: { commit_records: 25, commit_interval: 2_000, checkpoint_records: 1e9, checkpoint_interval: 1e9 },
    events: { ...saysCommitted, restored: () => process.stdout.write('restored\n') },
  });
  try {
    await task.run(stop.signal);
  } finally {
    await opened.close();
  }
}

await retry(life, { signal: stop.signal, isTransient: isPassing });
await writer.close();
