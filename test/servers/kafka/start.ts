import process from 'node:process';
import { startKafka } from './cluster.ts';
import { kafkaLibraries } from './libraries.ts';

/* npm run kafka [PORT]: a real Kafka on this machine, until Ctrl-C. Its data go with it. */

const missing = kafkaLibraries.missing();
if (missing !== undefined) throw new Error(missing);
const cluster = await startKafka({ port: Number(process.argv[2] ?? 9092) });
process.stdout.write(`KAFKA_BROKERS=${cluster.brokers.join(',')}\n`);
const keepAlive = setInterval(() => {}, 60_000);
const stop = async () => {
  clearInterval(keepAlive);
  await cluster.stop();
};
process.once('SIGINT', stop).once('SIGTERM', stop);
