import { Random } from '../../src/math/random.ts';
import { type Surprisal, startSurprisal } from '../servers/surprisal.ts';

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 0, 5);

/** How the page of each room's stream is configured, but for where it comes from. */
const home = {
  decode: { key: '/room', time: { at: '/time' } },
  channels: {
    inside: { unit: '°C', resolution: 0.1, min_deviation: { absolute: 0.5 } },
    outside: { unit: '°C', score: false },
  },
  window: { kind: 'event' },
  features: { calendar: [], season: null },
  network: { hidden: 8, steps: 8 },
  // Only the novelty of single values: a few made-up minutes are no ground for the slower statistics.
  alert: { statistics: [], budget: '1/hour/series', keep_firing: '5m' },
} as const;

/** What was measured in a room in one minute. */
export interface Measured {
  readonly room: string;
}

type Send = (records: readonly Measured[]) => Promise<void>;

/** Rooms whose temperature is measured, minute by minute, as the test wants it. */
export class Room {
  readonly program: Surprisal;
  readonly #sending: Send;
  readonly #random = new Random(5);
  #minute = 0;

  private constructor(program: Surprisal, sending: Send) {
    this.program = program;
    this.#sending = sending;
  }

  /** An embedded run that what is measured is pushed to. `engine`: for text that is the same on every machine. */
  static async open(engine = 'auto'): Promise<Room> {
    const network = { ...home.network, engine };
    const program = await startSurprisal({
      streams: { home: { source: { kind: 'http', folder: 'inbox' }, ...home, network } },
      sinks: { alerts: { kind: 'jsonl', path: 'alerts.jsonl', outputs: ['alert'] } },
      // A bundle is stored with a checkpoint.
      state: { checkpoint_interval: '1s' },
    });
    return new Room(program, async (records) => {
      const answer = await fetch(`${program.url}/api/streams/home/observations`, {
        method: 'POST',
        body: JSON.stringify(records),
        headers: { 'content-type': 'application/json' },
      });
      if (answer.status !== 202) throw new Error(await answer.text());
    });
  }

  /** Two workers of a consumer group, and the topic `home`, with two partitions, that `sending` writes to. */
  static async onKafka(brokers: readonly string[], sending: Send): Promise<Room> {
    const soon = { session_timeout: '6s', heartbeat_interval: '500ms', rebalance_timeout: '10s' };
    const configuration = {
      group: 'rooms',
      kafka: { brokers: brokers.join(), ...soon },
      streams: { home: { source: { kind: 'kafka', topic: 'home' }, ...home } },
      state: { commit_interval: '100ms', checkpoint_interval: '1s' },
    };
    return new Room(await startSurprisal(configuration, ['--workers', '2']), sending);
  }

  /** So many ordinary minutes of every room. */
  async ordinary(minutes: number, rooms: readonly string[]): Promise<void> {
    await this.#push(minutes, rooms, () => 0);
  }

  /** The furnace of the first room fails: it grows cold within these minutes, by so many degrees each. */
  async furnaceFails(minutes: number, rooms: readonly string[], degrees = 2): Promise<void> {
    await this.#push(minutes, rooms, (room, n) => (room === rooms[0] ? -degrees * (n + 1) : 0));
  }

  /** Records that nobody can read, in batches with one that can be read: a batch without one is refused as a whole. */
  async garbage(count: number, rooms: readonly string[]): Promise<void> {
    const unread = Array.from({ length: count }, (_, n) => ({ room: 'cellar', time: 'never', inside: n }));
    await this.#send([...unread, ...this.#minuteOf(rooms.slice(0, 1), () => 0)]);
  }

  async #push(minutes: number, rooms: readonly string[], off: (room: string, n: number) => number): Promise<void> {
    const records = Array.from({ length: minutes }, (_, n) => this.#minuteOf(rooms, (room) => off(room, n)));
    await this.#send(records.flat());
  }

  /** The next minute of these rooms. */
  #minuteOf(rooms: readonly string[], off: (room: string) => number): readonly Measured[] {
    const time = new Date(START_MS + this.#minute++ * MINUTE_MS).toISOString();
    return rooms.map((room) => {
      const inside = Number((20.5 + 0.4 * this.#random.normal() + off(room)).toFixed(1));
      return { room, time, inside, outside: 4 };
    });
  }

  async #send(records: readonly Measured[]): Promise<void> {
    await this.#sending(records);
  }
}
