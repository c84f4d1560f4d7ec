import type { ServerResponse } from 'node:http';
import type { HistoryQuery } from '../live/query.ts';
import type { History, Pulse } from '../live/schema.ts';

const EVERY_MS = 1_000;
/** Pages served at a time, over all windows and tabs. */
const MOST = 100;
/** A connection that has taken nothing for so many beats is ended; the page opens another. */
const MOST_MISSED = 30;

/** What an alert says is read from here. */
export interface Feed {
  pulse(): Promise<Pulse>;
  history(query: HistoryQuery): Promise<History | undefined>;
}

interface Connection {
  readonly response: ServerResponse;
  /** The series that is drawn, and the newest row that was sent of it. */
  watched: HistoryQuery | undefined;
  missed: number;
}

/**
 * Server-sent events: once a second what has changed, and the new rows of one series. Nothing is queued: a connection
 * that has not taken its last message gets none, and then one with everything since. So a slow browser costs one
 * message of memory, and delays no other.
 */
export class EventStreams {
  readonly #feed: Feed;
  readonly #onBug: (error: unknown) => void;
  readonly #connections = new Set<Connection>();
  #timer: NodeJS.Timeout | undefined;
  #beating = false;

  constructor(feed: Feed, onBug: (error: unknown) => void) {
    this.#feed = feed;
    this.#onBug = onBug;
  }

  /** Whether no more pages are served. */
  get isFull(): boolean {
    return this.#connections.size >= MOST;
  }

  /** Browsers that are served now. */
  get count(): number {
    return this.#connections.size;
  }

  /** Begins to send, at once. */
  open(response: ServerResponse, watched: HistoryQuery | undefined): void {
    const connection: Connection = { response, watched, missed: 0 };
    this.#connections.add(connection);
    response.on('error', () => {}).on('close', () => this.#forget(connection));
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-accel-buffering': 'no',
    });
    response.flushHeaders();
    this.#timer ??= setInterval(() => void this.beat().catch(this.#onBug), EVERY_MS);
    this.#tellFirst(connection).catch(this.#onBug);
  }

  /** Ends all connections. */
  close(): void {
    for (const { response } of this.#connections) response.end();
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Sends to every browser that has read what came before; one beat at a time. */
  async beat(): Promise<void> {
    if (this.#beating) return;
    this.#beating = true;
    try {
      const pulse = await this.#feed.pulse();
      for (const connection of this.#connections) await this.#send(connection, pulse);
    } finally {
      this.#beating = false;
    }
  }

  async #tellFirst(connection: Connection): Promise<void> {
    await this.#send(connection, await this.#feed.pulse());
  }

  async #send(connection: Connection, pulse: Pulse): Promise<void> {
    const { response, watched } = connection;
    if (response.writableLength > 0) {
      if (++connection.missed >= MOST_MISSED) response.destroy();
      return;
    }
    connection.missed = 0;
    const points = watched && (await this.#feed.history(watched));
    const newest = points?.timeMs.at(-1);
    if (watched && newest !== undefined) connection.watched = { ...watched, after: newest };
    response.write(`event: pulse\ndata: ${JSON.stringify({ pulse, points: points ?? null })}\n\n`);
  }

  #forget(connection: Connection): void {
    this.#connections.delete(connection);
    if (this.#connections.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
