import { setTimeout as pause } from 'node:timers/promises';
import type { Failure } from '../errors/failure.ts';
import { kafkaFailure } from './failure.ts';

const CLOSE_WITHIN_MS = 2_000;

/** What connects to the brokers: kafkajs' admin, producer, or what lies below them. */
export interface Client {
  connect(): Promise<unknown>;
  disconnect(): Promise<unknown>;
}

/**
 * A client of kafkajs' that is replaced once it has lost its brokers: after a request that nobody answered it may never
 * ask another broker, and keeps saying so when all of them are back.
 */
export class Renewed<C extends Client> {
  readonly #make: () => C;
  #connected: Promise<C> | undefined;

  constructor(make: () => C) {
    this.#make = make;
  }

  /** Connects first, where it is not connected. @throws Failure kafka/* */
  async ask<T>(where: string, request: (client: C) => Promise<T>): Promise<T> {
    this.#connected ??= connected(this.#make());
    const mine = this.#connected;
    try {
      return await request(await mine);
    } catch (error) {
      const failure = kafkaFailure(error, where);
      if (isLost(failure) && this.#connected === mine) void this.close();
      throw failure;
    }
  }

  /** Never throws. */
  async close(): Promise<void> {
    const mine = this.#connected;
    this.#connected = undefined;
    await mine?.then(closed, () => {});
  }
}

/** Whether the connection that failed so is worth nothing more. */
export function isLost({ code }: Failure): boolean {
  return code === 'kafka/unreachable';
}

/** Disconnects; never throws. kafkajs waits for answers to all it has asked, which may never come. */
export async function closed(client: Pick<Client, 'disconnect'>, withinMs = CLOSE_WITHIN_MS): Promise<void> {
  const ended = client.disconnect().catch(() => {});
  await Promise.race([ended, pause(withinMs, undefined, { ref: false })]);
}

async function connected<C extends Client>(client: C): Promise<C> {
  try {
    await client.connect();
    return client;
  } catch (error) {
    await closed(client);
    throw error;
  }
}
