import { setTimeout as pause } from 'node:timers/promises';
import type { Kafka, Message, Producer, ProducerRecord } from 'kafkajs';

const TICK_MS = 50;
const RETRY_MS = 500;

/** What is written where: record number n. */
export interface Writing {
  readonly topic: string;
  readonly record: (n: number) => Message;
}

/**
 * Writes records at a steady rate, each once, whatever befalls the brokers: what failed in a partition is written there
 * again by the same producer, whose sequence the brokers know.
 */
export class SteadyWriter {
  readonly #kafka: Kafka;
  readonly #writing: Writing;
  #producer: Promise<Producer> | undefined;
  #written = 0;
  #isOver = false;
  #running: Promise<void> = Promise.resolve();
  /** Held while a batch is written, and while nothing may be. */
  #turn: Promise<void> = Promise.resolve();

  constructor(kafka: Kafka, writing: Writing) {
    this.#kafka = kafka;
    this.#writing = writing;
  }

  start(perSecond: number): void {
    this.#running = this.#run(perSecond);
  }

  /** Does this while nothing is written; afterwards another producer writes. */
  async paused(act: () => Promise<void>): Promise<void> {
    await this.#inTurn(async () => {
      await (await this.#producer)?.disconnect();
      this.#producer = undefined;
      await act();
    });
  }

  /** How many were written. */
  async stop(): Promise<number> {
    this.#isOver = true;
    await this.#running;
    await (await this.#producer)?.disconnect();
    return this.#written;
  }

  async #run(perSecond: number): Promise<void> {
    let due = 0;
    while (!this.#isOver) {
      due += (perSecond * TICK_MS) / 1_000;
      const count = Math.floor(due);
      due -= count;
      if (count > 0) await this.#inTurn(() => this.#write(count));
      await pause(TICK_MS);
    }
  }

  async #inTurn(act: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(act);
    this.#turn = mine.catch(() => {});
    await mine;
  }

  async #write(count: number): Promise<void> {
    const { topic, record } = this.#writing;
    const messages = Array.from({ length: count }, (_, n) => record(this.#written + n));
    const partitions = [...new Set(messages.map(({ partition }) => partition))];
    // Each in a request of its own: of one that fails in part, all would be written again.
    const parts = partitions.map((each) => messages.filter(({ partition }) => partition === each));
    await Promise.all(parts.map((part) => this.#send({ topic, messages: part, acks: -1 })));
    this.#written += count;
  }

  async #send(request: ProducerRecord): Promise<void> {
    for (;;) {
      try {
        this.#producer ??= this.#connected();
        await (await this.#producer).send(request);
        return;
      } catch {
        await pause(RETRY_MS);
      }
    }
  }

  async #connected(): Promise<Producer> {
    const producer = this.#kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    // It reconnects by itself; its first connection is made while the brokers are well.
    await producer.connect();
    return producer;
  }
}
