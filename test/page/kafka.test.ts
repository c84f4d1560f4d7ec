import { readFileSync } from 'node:fs';
import process from 'node:process';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { topicNames } from '../../src/kafka/names.ts';
import { newTopic, readAll } from '../kafka/topic.ts';
import { chromium, startChromium } from '../servers/chromium.ts';
import { type KafkaCluster, startKafka } from '../servers/kafka/cluster.ts';
import { kafkaLibraries } from '../servers/kafka/libraries.ts';
import { describeWith } from '../servers/program.ts';
import { answers, until } from '../servers/until.ts';
import { alertsOf, faultsOf, furnaceStory, ROOMS, verdictsOf } from './story.ts';
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

/** Kills the worker that has the hall's partition: what it knew of alerts is gone with it. */
async function killOwner(): Promise<void> {
  const before = workers();
  expect(before).toHaveLength(2);
  for (const worker of before) {
    process.kill(worker, 'SIGKILL');
    await until('another takes its place', WITHIN_MS, async () => {
      return workers().length === 2 && !workers().includes(worker);
    });
    await until('all are ready again', WITHIN_MS, () => answers(`${home.program.url}/readyz`));
    await until('the verdict is there', WITHIN_MS, async () => (await verdictsOf(home)).length === 1);
    if ((await alertsOf(home)).length === 0) return;
  }
  throw new Error('no worker took the alert with it');
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

  test('has a furnace failure answered; the worker of the furnace is killed, and the next failure like it stays quiet; undo brings the one after it back', {
    timeout: 400_000,
  }, async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    const faults = faultsOf(page);
    await furnaceStory(home, page, killOwner);
    // The alert that was open is known to nobody once its worker is killed.
    expect(faults.filter((fault) => !fault.includes('404 (Not Found)'))).toEqual([]);
    const given = (await readAll(kafka, topicNames.feedback('rooms'))).map(({ value }) => JSON.parse(String(value)));
    expect(given.map(({ stream, partition }) => [stream, partition])).toEqual([
      ['home', 0],
      ['home', 0],
    ]);
    expect(given[1].answer).toEqual({ undo: given[0].answer.alert });
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
