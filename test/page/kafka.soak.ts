import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { gunzipSync } from 'node:zlib';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { topicNames } from '../../src/kafka/names.ts';
import { surprisal } from '../cli/program.ts';
import { newTopic, readAll } from '../kafka/topic.ts';
import { chromium, startChromium } from '../servers/chromium.ts';
import { type KafkaCluster, startKafka } from '../servers/kafka/cluster.ts';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { describeWith } from '../servers/program.ts';
import { answers, until } from '../servers/until.ts';
import { alertsOf, failure, faultsOf, furnaceStory, ROOMS, verdictsOf } from './story.ts';
import { Room } from './world.ts';

const WITHIN_MS = 90_000;

let browser: Browser;
let cluster: KafkaCluster;
let kafka: Kafka;
let producer: Producer;
let home: Room;

/** Pids of the processes that the program has started. */
function workers(): readonly number[] {
  const { pid } = home.program.process;
  const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return listed === '' ? [] : listed.split(' ').map(Number);
}

/** Kills one worker after the other, so that also the one that has the hall's partition is gone; alerts and verdicts stay. */
async function killAll(): Promise<void> {
  const alerts = (await alertsOf(home)).map(({ id }) => id);
  const verdicts = await verdictsOf(home);

  const before = workers();
  expect(before).toHaveLength(2);
  for (const worker of before) {
    process.kill(worker, 'SIGKILL');
    await until('another takes its place', WITHIN_MS, async () => {
      return workers().length === 2 && !workers().includes(worker);
    });
    await until('all are ready again', WITHIN_MS, () => answers(`${home.program.url}/readyz`));
    await until('the verdicts are there', WITHIN_MS, async () => {
      return (await verdictsOf(home)).length === verdicts.length;
    });
    expect((await alertsOf(home)).map(({ id }) => id)).toEqual(alerts);
  }
}

describeWith([kafkaLibraries, chromium], 'the page of two workers', () => {
  beforeAll(async () => {
    cluster = await startKafka();
    kafka = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING });
    await newTopic(kafka, 'home', 2);
    producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    home = await Room.onKafka(cluster.brokers, async (records) => {
      const messages = records.map((record) => {
        return { key: record.room, partition: ROOMS.indexOf(record.room) % 2, value: JSON.stringify(record) };
      });
      await producer.send({ topic: 'home', messages });
    });
    await home.ordinary(400, ROOMS);
    browser = await startChromium();
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await home?.program.stop();
    await producer?.disconnect();
    await cluster?.stop();
  }, 60_000);

  test('has a furnace failure answered; its worker is killed, the alert is still there, and the next failure like it stays quiet; undo brings the one after it back', {
    timeout: 400_000,
  }, async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    const faults = faultsOf(page);
    await furnaceStory(home, page, killAll);
    expect(faults).toEqual([]);
    const given = (await readAll(kafka, topicNames.feedback('rooms'))).map(({ value }) => JSON.parse(String(value)));
    expect(given.map(({ stream, partition }) => [stream, partition])).toEqual([
      ['home', 0],
      ['home', 0],
    ]);
    expect(given[1].answer).toEqual({ undo: given[0].answer.alert });
  });

  test('keeps what was seen of an alert whose worker is killed while it fires; the next worker resolves it', {
    timeout: 300_000,
  }, async () => {
    const known = new Set((await alertsOf(home)).map(({ id }) => id));
    const found = async () => (await alertsOf(home)).find(({ id }) => !known.has(id));
    await home.furnaceFails(6, ROOMS, 100);
    await until('an alert fires', WITHIN_MS, async () => (await found())?.signature != null);
    await killAll();
    const fired = await found();
    expect(fired).toMatchObject({ state: 'firing', parts: [{ channel: 'inside' }, { channel: 'outside' }] });
    await home.ordinary(30, ROOMS);
    await until('it is over', WITHIN_MS, async () => (await found())?.state === 'resolved');
    const { steps = [], ...over } = (await found()) ?? {};
    expect(over).toMatchObject({ parts: fired?.parts, bits: fired?.bits, summary: fired?.summary });
    expect(steps.slice(0, fired?.steps.length)).toEqual(fired?.steps);
    expect(steps.at(-1)?.state).toBe('resolved');
  });

  test('gives the bundle of an alert from any worker, which gives the same score to the bit', {
    timeout: 200_000,
  }, async () => {
    const alert = await failure(home, 300);
    const path = `${home.program.url}/api/alerts/${alert.id}/bundle`;
    await until('a checkpoint stores the bundle', WITHIN_MS, async () => {
      await home.ordinary(1, ROOMS);
      return (await fetch(path)).ok;
    });
    const bundle = Buffer.from(await (await fetch(path)).arrayBuffer());
    const text = gunzipSync(bundle).toString();
    // The partition has two rooms, and learned before.
    expect(text.match(/^\{"entry":"(task|s\/hall|s\/attic)"/gm)).toHaveLength(3);
    expect(text.match(/^\{"row":/gm)?.length).toBeLessThan(400);
    writeFileSync(`${home.program.folder}/alert.bundle`, bundle);
    const replayed = await surprisal(['replay', `${home.program.folder}/alert.bundle`, '--quiet']);
    expect(replayed).toMatchObject({ code: 0, err: expect.stringContaining(`alert ${alert.id}: score `) });
    expect(replayed.err).toContain('the same to the bit');
  });

  test('skips what is no verdict in the feedback topic, and still takes the next', { timeout: 120_000 }, async () => {
    const [alert] = await alertsOf(home);
    const topic = topicNames.feedback('rooms');
    const messages = ['no JSON', '{"stream":"home","partition":0,"answer":{"undo":7}}'].map((value) => ({
      key: 'k',
      value,
      partition: 0,
    }));
    await producer.send({ topic, messages });
    const give = async (verdict: string) => {
      const answer = await fetch(`${home.program.url}/api/alerts/${alert.id}/verdict`, {
        method: 'POST',
        body: JSON.stringify({ verdict }),
        headers: { 'content-type': 'application/json' },
      });
      expect(answer.status).toBe(200);
    };
    await give('real');
    expect(await verdictsOf(home)).toEqual([alert.id]);
    await give('none');
    expect(await verdictsOf(home)).toEqual([]);
    const log = readFileSync(`${home.program.folder}/surprisal.log`, 'utf8');
    expect(log.match(/is no verdict; it is skipped/g)?.length).toBeGreaterThanOrEqual(2);
  });
});
