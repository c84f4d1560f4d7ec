import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { expect } from 'vitest';
import { z } from 'zod';
import { Detector } from '../../src/detector/detector.ts';
import { FeedbackWriter } from '../../src/kafka/feedback.ts';
import { topicNames } from '../../src/kafka/names.ts';
import { prepareTopics } from '../../src/kafka/needed-topics.ts';
import { kafkaOptions } from '../../src/kafka/options.ts';
import { kafkaSource } from '../../src/kafka/source.ts';
import { Random } from '../../src/math/random.ts';
import { verdictStep } from '../../src/similar/verdicts.ts';
import { decode } from '../../src/store/codec.ts';
import { answeredDetector, answersOf } from '../detector/answered-fixture.ts';
import { fixtureLines } from '../detector/fixture-streams.ts';
import { replay, type Step } from '../detector/replays.ts';
import { startKafka } from '../servers/kafka/cluster.ts';
import { compiled } from '../state/compiled.ts';
import { newTopic, offsetsOf, readAll, readMessages } from './topic.ts';

const STREAM = 'thermostat';
const GROUP = 'answered';
const INPUT = `${GROUP}-in`;

const meta = z.looseObject({
  ticks: z.array(z.looseObject({ number: z.int(), offset: z.int(), answer: verdictStep })),
  ticked: z.int(),
});

/** One life of the task: killed `afterMs` after its commit number `commits`, or ended by a signal once everything is read. */
async function live(
  args: readonly string[],
  kill: { commits: number; afterMs: number } | (() => Promise<boolean>),
): Promise<void> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  let seen = 0;
  const counted = new Promise<void>((resolve) => {
    child.stdout.on('data', (text: Buffer) => {
      seen += text.toString().match(/committed/g)?.length ?? 0;
      if (typeof kill !== 'function' && seen >= kill.commits) resolve();
    });
  });
  if (typeof kill === 'function') {
    while (!(await kill())) await pause(100);
    child.kill('SIGTERM');
    expect((await gone)[0]).toBe(0);
    return;
  }
  await Promise.race([counted, gone]);
  // The moment of the kill is what is tried here, so time itself is waited for.
  await pause(kill.afterMs);
  child.kill('SIGKILL');
  expect((await gone)[1]).toBe('SIGKILL');
}

/** Every tick that was ever committed, in order. No commit but the first, and the last, forgets those before it. */
async function ticksOf(kafka: Kafka): Promise<z.infer<typeof meta>['ticks']> {
  const messages = await readMessages(kafka, topicNames.changelog(GROUP, STREAM));
  const metas = messages.filter(({ message }) => String(message.key) === 'meta');
  const found = new Map<number, z.infer<typeof meta>['ticks'][number]>();
  for (const { message } of metas) {
    for (const tick of meta.parse(decode('meta', message.value ?? Buffer.alloc(0))).ticks) found.set(tick.number, tick);
  }
  return [...found.values()].sort((a, b) => a.number - b.number);
}

/** How often the task is killed, and after how many commits of a life at most. */
export interface Kills {
  readonly kills: number;
  readonly mostCommits: number;
}

/** The topics of a task that reads the fixture stream. */
async function prepare(kafka: Kafka, brokers: string): Promise<void> {
  await newTopic(kafka, INPUT, 1);
  const source = kafkaSource.config.parse({ kind: 'kafka', topic: INPUT });
  const streams = [{ stream: STREAM, source, format: 'cloudevents' }] as const;
  const admin = kafka.admin();
  await admin.connect();
  await prepareTopics({ group: GROUP, kafka: kafkaOptions.parse({ brokers }), streams, delivers: false }, admin, kafka);
  await admin.disconnect();
  const producer = kafka.producer();
  await producer.connect();
  const messages = fixtureLines(STREAM).map(({ value }) => ({ key: null, value: Buffer.from(value) }));
  await producer.send({ topic: INPUT, messages });
  await producer.disconnect();
}

/** Kills the task so many times while its records and the answers come; then it reads to the end. */
async function runKilled(kafka: Kafka, brokers: string, { kills, mostCommits }: Kills): Promise<void> {
  const folder = compiled(['src', 'test/detector', 'test/pipeline', 'test/kafka']);
  const args = [path.join(folder, 'test/kafka/answered-run.js'), brokers, GROUP, STREAM];
  const answers = [...answersOf(STREAM)];
  const asked = answers.length;
  expect(asked).toBeGreaterThan(3);
  const writer = new FeedbackWriter(kafka);
  const random = new Random(14);
  for (let n = 0; n < kills; n++) {
    // All of them are written by four fifths of the lives.
    while (answers.length > 0 && asked - answers.length <= (n * asked) / (0.8 * kills)) {
      const [{ answer }] = answers.splice(0, 1);
      await writer.write({ topic: topicNames.feedback(GROUP), partition: 0 }, { stream: STREAM, partition: 0 }, answer);
    }
    await live(args, { commits: 1 + random.int(mostCommits), afterMs: random.next() * 30 });
  }
  await writer.close();
  expect(answers).toEqual([]);
  await live(args, async () => (await offsetsOf(kafka, GROUP, INPUT)).get(0) === fixtureLines(STREAM).length);
}

/** What a detector makes of the records and the answers, each where it was committed. */
function outputsOf(ticks: z.infer<typeof meta>['ticks']): readonly string[] {
  const steps = fixtureLines(STREAM).flatMap((record): Step[] => [
    ...ticks.filter(({ offset }) => offset === record.offset),
    record,
  ]);
  return replay(new Detector(answeredDetector(STREAM)), STREAM, steps, 100)
    .trimEnd()
    .split('\n');
}

/** The task of a fixture stream is killed again and again; what it committed is what records and answers give, each answer once and in one place. */
export async function killedAndAnswered(kills: Kills): Promise<void> {
  const cluster = await startKafka();
  try {
    const brokers = cluster.brokers.join();
    const kafka = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING });
    await prepare(kafka, brokers);
    await runKilled(kafka, brokers, kills);
    const ticks = await ticksOf(kafka);
    expect(ticks.map(({ number }) => number)).toEqual(ticks.map((_, n) => n));
    expect(ticks.map(({ answer }) => answer)).toEqual(answersOf(STREAM).map(({ answer }) => answer));
    expect(new Set(ticks.map(({ offset }) => offset)).size).toBeGreaterThan(1);
    const expected = outputsOf(ticks);
    expect(expected).not.toEqual(outputsOf([]));
    for (const kind of ['score', 'alert'] as const) {
      const topic = kind === 'score' ? topicNames.scores(GROUP) : topicNames.alerts(GROUP);
      const written = (await readAll(kafka, topic)).map(({ value }) => value);
      const wanted = expected.filter((line) => line.startsWith(`{"kind":"${kind}"`));
      const at = wanted.findIndex((line, n) => line !== written[n]);
      if (at >= 0) expect(written[at], `${kind} ${at}`).toBe(wanted[at]);
      expect(written).toHaveLength(wanted.length);
      expect(written.length).toBeGreaterThan(kind === 'score' ? 1_000 : 10);
    }
  } finally {
    await cluster.stop();
  }
}
