import type { FileHandle } from 'node:fs/promises';
import { Failure } from '../errors/failure.ts';
import type { RecordBytes, SourceRecord } from '../event/record.ts';
import { readable } from './bytes.ts';
import { FRAME_HEADER, frameAt, frameOf, recordsOf } from './frame.ts';
import { dropBefore, framesBetween, openNewest, type Segment, segmentAt, segmentsIn } from './segments.ts';

const BATCH = 1_000;
/** How long a reader waits before it learns that nothing came. */
const NOTHING_MS = 1_000;
/** How long a full inbox asks to wait. */
const RETRY_MS = 1_000;

/** How large an inbox may become. */
export interface InboxLimits {
  /** Bytes accepted and not yet read; one push always finds room in an inbox that is read to its end. */
  readonly backlogBytes: number;
  /** A new file is begun after so many. */
  readonly segmentBytes: number;
}

interface Push {
  readonly frame: Buffer;
  readonly accept: () => void;
  readonly refuse: (failure: unknown) => void;
}

/**
 * A durable queue of pushed records in a folder of its own: appended to by whoever pushes, read by offset, forgotten
 * from the front. One process at a time. Pushes that come while the disk is busy share its next flush.
 */
export class Inbox {
  readonly #folder: string;
  readonly #limits: InboxLimits;
  #segments: Segment[];
  #handle: FileHandle;
  /** Everything below is durable. */
  #end: number;
  /** Everything below was taken by the reader. */
  #taken: number;
  #queue: Push[] = [];
  #queued = 0;
  #writing: Promise<void> | undefined;
  #closed = false;
  readonly #wakes = new Set<() => void>();

  private constructor(
    folder: string,
    limits: InboxLimits,
    opened: { segments: Segment[]; handle: FileHandle; end: number },
  ) {
    this.#folder = folder;
    this.#limits = limits;
    this.#segments = opened.segments;
    this.#handle = opened.handle;
    this.#end = opened.end;
    this.#taken = this.#begin;
  }

  /** Opens the folder, made if absent, and mends what a crash tore. @throws Failure source/unreadable */
  static async open(folder: string, limits: InboxLimits): Promise<Inbox> {
    const segments = await segmentsIn(folder);
    const newest = segments.at(-1) ?? segmentAt(folder, 0);
    if (segments.length === 0) segments.push(newest);
    return new Inbox(folder, limits, { segments, ...(await openNewest(newest)) });
  }

  /** All or none; resolves once they are on the disk. @throws Failure source/full */
  append(records: RecordBytes): Promise<void> {
    return new Promise((accept, refuse) => {
      const frame = frameOf(records, Date.now());
      const backlog = this.#end + this.#queued - this.#taken;
      if (this.#closed) return refuse(full('the inbox is closed'));
      if (backlog > 0 && backlog + frame.length > this.#limits.backlogBytes) {
        return refuse(full(`${backlog} bytes wait to be read, and no more than ${this.#limits.backlogBytes} may`));
      }
      this.#queue.push({ frame, accept, refuse });
      this.#queued += frame.length;
      this.#writing ??= this.#write();
    });
  }

  /**
   * Records from this offset on, as they come, until the signal aborts or the inbox closes. 0 = from the oldest there
   * is. An empty batch each second in which nothing comes.
   * @throws Failure source/truncated where the offset was forgotten or never reached
   */
  async *read(from: number, signal: AbortSignal): AsyncGenerator<readonly SourceRecord[]> {
    if ((from > 0 && from < this.#begin) || from > this.#end) {
      const message = `offset ${from} is not between ${this.#begin} and ${this.#end}, what the inbox holds`;
      throw new Failure('source/truncated', message, { where: this.#folder });
    }
    this.#taken = Math.max(from, this.#begin);
    let at = this.#segmentOf(this.#taken).start;
    while (!signal.aborted && !this.#closed) {
      if (at >= this.#end) {
        await this.#growth(at, signal);
        if (at >= this.#end && !signal.aborted && !this.#closed) yield [];
        continue;
      }
      const { bytes, size } = await this.#framesFrom(at);
      for (const batch of batches(recordsIn(bytes, size, at), from)) {
        if (signal.aborted) return;
        yield batch;
        this.#taken = batch.at(-1)?.next ?? at;
      }
      at += size;
    }
  }

  /** Nothing below this offset will be read again. */
  async forget(offset: number): Promise<void> {
    this.#segments = await dropBefore(this.#segments, offset);
  }

  /** What was accepted is durable already; pending records are written first. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#wake();
    await this.#writing;
    await this.#handle.close();
  }

  get #begin(): number {
    return this.#segments[0]?.start ?? 0;
  }

  #segmentOf(offset: number): Segment {
    return this.#segments.findLast(({ start }) => start <= offset) ?? segmentAt(this.#folder, 0);
  }

  /** The bytes of whole frames from here on, and how many of them: at least one frame. */
  async #framesFrom(at: number): Promise<{ readonly bytes: Buffer; readonly size: number }> {
    const end = this.#segments.find(({ start }) => start > at)?.start ?? this.#end;
    const segment = this.#segmentOf(at);
    const bytes = await framesBetween(segment, at, Math.min(end, this.#end));
    let size = 0;
    for (let frame = frameAt(bytes, 0); typeof frame === 'number'; frame = frameAt(bytes, size)) size += frame;
    if (size > 0) return { bytes, size };
    const message = `the inbox is damaged at byte ${at - segment.start}`;
    throw new Failure('source/unreadable', message, { where: segment.path });
  }

  /** Until there is something at this offset, or has been nothing for long. */
  #growth(at: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#wakes.delete(look);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const look = () => {
        if (this.#end > at || this.#closed) end();
      };
      const timer = setTimeout(end, NOTHING_MS);
      this.#wakes.add(look);
      signal.addEventListener('abort', end);
      if (signal.aborted) end();
      else look();
    });
  }

  #wake(): void {
    for (const look of [...this.#wakes]) look();
  }

  /** Writes what is queued, all that came meanwhile in one go, until nothing is. */
  async #write(): Promise<void> {
    while (this.#queue.length > 0) {
      const pushes = this.#queue.splice(0);
      const bytes = Buffer.concat(pushes.map(({ frame }) => frame));
      try {
        await readable(this.#folder, () => this.#put(bytes));
        this.#end += bytes.length;
        for (const { accept } of pushes) accept();
      } catch (error) {
        const refusal = error instanceof Failure ? full(`the inbox cannot be written: ${error.message}`, error) : error;
        for (const { refuse } of pushes) refuse(refusal);
      }
      this.#queued -= bytes.length;
      this.#wake();
    }
    this.#writing = undefined;
  }

  async #put(bytes: Buffer): Promise<void> {
    await this.#roll();
    const start = this.#segments.at(-1)?.start ?? 0;
    try {
      await this.#handle.appendFile(bytes);
      await this.#handle.datasync();
    } catch (error) {
      await this.#handle.truncate(this.#end - start);
      throw error;
    }
  }

  async #roll(): Promise<void> {
    const start = this.#segments.at(-1)?.start ?? 0;
    if (this.#end - start < this.#limits.segmentBytes) return;
    const next = segmentAt(this.#folder, this.#end);
    const { handle } = await openNewest(next);
    await this.#handle.close();
    this.#handle = handle;
    this.#segments = [...this.#segments, next];
  }
}

/** The records of the frames in the first `size` bytes, which begin at offset `at`. */
function* recordsIn(bytes: Buffer, size: number, at: number): Generator<SourceRecord> {
  for (let done = 0; done < size; done += FRAME_HEADER + bytes.readUInt32LE(done)) {
    yield* recordsOf(bytes, done, at + done);
  }
}

/** Those from this offset on, in batches; no more of them exist at a time than one batch. */
function* batches(records: Iterable<SourceRecord>, from: number): Generator<readonly SourceRecord[]> {
  let batch: SourceRecord[] = [];
  for (const record of records) {
    if (record.offset < from) continue;
    batch.push(record);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function full(message: string, cause?: Failure): Failure {
  return new Failure('source/full', message, { retryAfterMs: RETRY_MS, cause });
}
