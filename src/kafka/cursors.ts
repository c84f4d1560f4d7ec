import type { Producer } from 'kafkajs';
import type { Plain } from '../event/plain.ts';
import { decode, encode } from '../store/codec.ts';
import type { Renewed } from './renewed.ts';
import type { Wire } from './wire.ts';

const FETCH_BYTES = 4 << 20;

/**
 * How far each sink is with each partition, and its delivery state: one partition of a compacted topic, small enough
 * for every member to know all of it. What belongs together is one batch, which a broker appends whole.
 */
export class Cursors {
  readonly #topic: string;
  readonly #wire: Wire;
  readonly #producer: Renewed<Producer>;
  readonly #entries = new Map<string, Plain>();
  #position = 0;

  constructor(topic: string, wire: Wire, producer: Renewed<Producer>) {
    this.#topic = topic;
    this.#wire = wire;
    this.#producer = producer;
  }

  /**
   * Next offset of the task for this sink; 0 where it is new. Asks what others have written meanwhile.
   * @throws Failure kafka/*, state/corrupt
   */
  async cursor(task: string, sink: string): Promise<number> {
    await this.#catchUp();
    return Number(this.#entries.get(cursorKey(task, sink)) ?? 0);
  }

  /** By name, in the order of the names, as they were at the last `cursor`. */
  deliveryState(task: string, sink: string): ReadonlyMap<string, Plain> {
    const prefix = statePrefix(task, sink);
    const found = [...this.#entries].filter(([key]) => key.startsWith(prefix));
    const named = found.map(([key, entry]) => [key.slice(prefix.length), entry] as const);
    return new Map(named.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** @throws Failure kafka/* */
  async write(
    [task, sink]: readonly [string, string],
    next: number,
    changes: ReadonlyMap<string, Plain | null>,
  ): Promise<void> {
    const written = new Map<string, Plain | null>([[cursorKey(task, sink), next]]);
    for (const [name, entry] of changes) written.set(statePrefix(task, sink) + name, entry);
    const messages = [...written].map(([key, plain]) => ({ key, value: plain === null ? null : bytes(key, plain) }));
    await this.#producer.ask(this.#topic, (producer) => producer.send({ topic: this.#topic, messages, acks: -1 }));
    for (const [key, plain] of written) this.#keep(key, plain);
  }

  async #catchUp(): Promise<void> {
    const end = await this.#wire.offset(this.#topic, 0, 'latest');
    const first = await this.#wire.offset(this.#topic, 0, 'earliest');
    this.#position = Math.max(this.#position, first);
    while (this.#position < end) {
      const at = { topic: this.#topic, partition: 0, from: this.#position };
      const { messages, next } = await this.#wire.fetch({ ...at, maxBytes: FETCH_BYTES, maxWaitMs: 100 });
      for (const { key, value } of messages) {
        const name = String(key);
        this.#keep(name, value === null ? null : decode(name, new Uint8Array(value)));
      }
      this.#position = next;
    }
  }

  #keep(key: string, plain: Plain | null): void {
    if (plain === null) this.#entries.delete(key);
    else this.#entries.set(key, plain);
  }
}

/** A sink's name has no `/`. */
function cursorKey(task: string, sink: string): string {
  return `cursor/${sink}/${task}`;
}

function statePrefix(task: string, sink: string): string {
  return `note/${sink}/${task}/`;
}

function bytes(key: string, plain: Plain): Buffer {
  const sealed = encode(key, plain);
  return Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
}
