import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { java, kafkaLibraries } from './libraries.ts';

const run = promisify(execFile);
const MEMORY = ['-Xmx128m', '-XX:TieredStopAtLevel=1', '-Dorg.slf4j.simpleLogger.defaultLogLevel=error'];

/** Kafka's own commands, by what their scripts are called. */
const CLASSES = {
  'kafka-console-consumer': 'consumer.ConsoleConsumer',
  'kafka-consumer-groups': 'consumer.group.ConsumerGroupCommand',
} as const;

/** Runs one of Kafka's own commands, which takes a second or two. Its standard output. @throws Error with what it says */
export async function kafkaTool(name: keyof typeof CLASSES, args: readonly string[]): Promise<string> {
  const command = [...MEMORY, '-cp', join(kafkaLibraries.folder(), '*'), `org.apache.kafka.tools.${CLASSES[name]}`];
  const { stdout } = await run(java.path(), [...command, ...args], { maxBuffer: 1 << 28 });
  return stdout;
}
