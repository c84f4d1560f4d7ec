import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import type { TestProject } from 'vitest/node';
import type { KafkaCluster } from './cluster.ts';

/** What a test may use of a broker that others use too. */
export type SharedKafka = Pick<KafkaCluster, 'brokers' | 'data'>;

interface Answer {
  readonly brokers?: readonly string[];
  readonly data?: string;
  readonly failed?: string;
}

/**
 * The one broker that all files of a run share, started when the first of them asks: for tests that neither stop it nor
 * need it to themselves. Each names its topics and its groups after itself. @throws Error with the end of its log
 */
export async function sharedKafka(): Promise<SharedKafka> {
  const socket = createConnection(process.env.SURPRISAL_TESTS_KAFKA ?? '');
  const { brokers, data, failed }: Answer = JSON.parse(await text(socket));
  if (brokers === undefined || data === undefined) throw new Error(failed);
  return { brokers, data: () => data };
}

/** Global set-up of a run: its own process keeps the broker, and ends it with the run. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const path = join(tmpdir(), 'kafka.sock');
  let started: Promise<KafkaCluster> | undefined;
  const stop = async () => {
    const cluster = await started?.catch(() => undefined);
    started = undefined;
    await cluster?.stop();
  };
  const server = createServer((socket) => {
    started ??= import('./cluster.ts').then(({ startKafka }) => startKafka());
    const answer = started.then(({ brokers, data }): Answer => ({ brokers, data: data(0) }));
    answer.catch((error): Answer => ({ failed: String(error) })).then((said) => socket.end(JSON.stringify(said)));
  });
  await once(server.listen(path), 'listening');
  process.env.SURPRISAL_TESTS_KAFKA = path;
  // `vitest --watch` runs tests again, whose topics are there already.
  project.onTestsRerun(stop);
  return async () => {
    delete process.env.SURPRISAL_TESTS_KAFKA;
    server.close();
    await stop();
  };
}
