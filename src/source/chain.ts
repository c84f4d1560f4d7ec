import type { FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { Failure } from '../errors/failure.ts';
import {
  asFound,
  type Beside,
  beginningOf,
  filesBeside,
  isRotated,
  isRotatedLike,
  isRotatedTarget,
  isSame,
  targetOf,
} from './beside.ts';
import { type Bookmark, isKnown, locate, newerCopy, type Segment, segmentOf } from './bookmark.ts';
import { type Bytes, contentFrom, isGzip, openFile } from './bytes.ts';
import { followed } from './follow.ts';
import { Growth } from './growth.ts';
import { begins, extended, NO_PRINT, PRINT_BYTES } from './print.ts';

/** Segments that are kept below what a restore may need: a copy of one of them is no new file. */
const REMEMBERED = 4;

/**
 * The content of a file from its beginning; of it, what is at `from` and behind it is to be read, and nothing at
 * `limit` or behind it.
 */
export interface Part {
  readonly base: number;
  readonly from: number;
  readonly limit: number;
  readonly bytes: Bytes;
  /** Called with the length of the content, once all of it is read. */
  ended(length: number): void;
}

/** How a chain reads. */
export interface ChainOptions {
  readonly path: string;
  /** Whether to wait for more at the end. */
  readonly waits: boolean;
  /** Whether offsets count the bytes of the files: they are not decoded from another encoding. */
  readonly isPlain: boolean;
  readonly report: (failure: Failure) => void;
}

/**
 * The files that have had a name, one after the other: each is found again by its number and fingerprint. A file that
 * was renamed, or copied and cut, is read to its end, those that were rotated away unseen come next, and then what has
 * the name now. Offsets go through them all and never come again.
 */
export class Chain {
  readonly #options: ChainOptions;
  #segments: Segment[];
  /** Where the next file begins. */
  #end: number;
  /** Whether files are known from an earlier run: what was beside them at its beginning is not. */
  readonly #isResumed: boolean;
  /** Rotated away before anything was read. */
  #older: readonly Beside[] = [];
  #reported = '';

  constructor(options: ChainOptions, bookmark: Bookmark | undefined) {
    this.#options = options;
    this.#segments = bookmark?.segments.map((segment) => ({ ...segment })) ?? [];
    this.#end = bookmark?.end ?? 0;
    this.#isResumed = bookmark !== undefined;
  }

  /** The segments that are needed to find `offset` again, and some before them. */
  segmentsUpTo(offset: number): readonly Segment[] {
    return this.#segments.filter(({ base }) => base <= offset).map((segment) => ({ ...segment }));
  }

  /** Nothing below this offset is asked for again. */
  committed(offset: number): void {
    const first = this.#segments.findLastIndex(({ base }) => base <= offset) - REMEMBERED;
    if (first > 0) this.#segments = this.#segments.slice(first);
  }

  /** What there is to read from an offset on; undefined where nothing came for a while. */
  async *parts(from: number, signal: AbortSignal): AsyncGenerator<Part | undefined> {
    const growth = new Growth(this.#options.path);
    try {
      if (this.#segments.length === 0) await this.#begin(from);
      this.#end = Math.max(this.#end, from);
      const known = this.#segments.slice(
        Math.max(
          0,
          this.#segments.findLastIndex(({ base }) => base <= from),
        ),
      );
      for (const [at, segment] of known.entries()) {
        if (signal.aborted) return;
        const part = await this.#again(segment, { from, next: known[at + 1], growth, signal });
        if (part !== undefined) yield part;
      }
      while (!signal.aborted) {
        const part = await this.#next(growth, signal);
        if (part === 'end') return;
        yield part;
        if (part === undefined) await growth.wait(signal);
      }
    } finally {
      growth.close();
    }
  }

  /**
   * Before anything is known: where an earlier version of this program has read, it is the file with this name, or the
   * newest that was rotated away.
   */
  async #begin(from: number): Promise<void> {
    const { path, isPlain } = this.#options;
    const rotated = await this.#rotated(await targetOf(path));
    if (from === 0) this.#older = rotated;
    if (from === 0) return;
    const named = await asFound(path);
    const candidates = [...(named === undefined ? [] : [named]), ...rotated.toReversed()];
    const found = candidates.find(({ size }) => !isPlain || size >= from);
    if (found === undefined) this.#reportLost(from);
    else this.#segments.push(segmentOf(found, 0, await targetOf(found.path)));
  }

  /**
   * What is named as rotation names it, or as `last` is by now, in the folder of the name or of what it was a link to;
   * not the file itself.
   */
  async #rotated(target: string | undefined, last?: Segment): Promise<readonly Beside[]> {
    const { path } = this.#options;
    const named = await asFound(path);
    const shown = last && (await locate(path, last, 0))?.path;
    const isMoved = shown !== undefined && shown !== target && basename(shown) !== basename(path);
    return (await filesBeside(path, target)).filter((file) => {
      if (named !== undefined && isSame(named, file)) return false;
      if (isRotated(path, file.path) || (isMoved && isRotatedLike(shown, file.path))) return true;
      return target !== undefined && isRotatedTarget(path, target, file.path);
    });
  }

  /** A segment that was read before, or begun, where it can be found. */
  async #again(
    segment: Segment,
    {
      from,
      next,
      growth,
      signal,
    }: {
      readonly from: number;
      readonly next: Segment | undefined;
      readonly growth: Growth;
      readonly signal: AbortSignal;
    },
  ): Promise<Part | undefined> {
    const { path, isPlain } = this.#options;
    const start = Math.max(0, from - segment.base);
    const found = await locate(path, segment, isPlain ? start : 0);
    if (found === undefined) {
      this.#reportLost(segment.base + start);
      return undefined;
    }
    const part = { base: segment.base, from: start };
    if (next !== undefined) {
      return { ...part, limit: next.base - segment.base, bytes: contentFrom(found.path, 0), ended: () => {} };
    }
    Object.assign(segment, { dev: found.dev, ino: found.ino, mtimeMs: found.mtimeMs });
    const bytes = found.isPacked ? contentFrom(found.path, 0) : this.#opened(segment, found.path, growth, signal);
    return { ...part, limit: Number.POSITIVE_INFINITY, bytes, ended: (length) => this.#ended(segment, length) };
  }

  /** The file that comes after all that are known; undefined where there is none yet. */
  async #next(growth: Growth, signal: AbortSignal): Promise<Part | undefined | 'end'> {
    const last = this.#segments.at(-1);
    const unread = last && (await this.#unread(last));
    if (unread !== undefined) {
      const print = extended(NO_PRINT, 0, unread.head);
      const isOfLink = last?.target !== undefined && isRotatedTarget(this.#options.path, last.target, unread.path);
      const segment = this.#add({ ...segmentOf(unread, this.#end, isOfLink ? unread.path : undefined), print });
      return this.#part(segment, contentFrom(unread.path, 0), 0);
    }
    const handle = await this.#openNamed(last === undefined);
    if (handle === undefined) return undefined;
    const stats = await handle.stat();
    if (!this.#options.waits && last !== undefined && isSame(last, stats)) {
      await handle.close();
      return 'end';
    }
    const continues = last !== undefined && (await this.#continues(last, handle));
    const target = await targetOf(this.#options.path);
    if (continues) Object.assign(last, { target, dev: stats.dev, ino: stats.ino });
    const segment = continues ? last : this.#add(segmentOf(stats, this.#end, target));
    return this.#part(segment, this.#followed(segment, handle, growth, signal), this.#end - segment.base);
  }

  #part(segment: Segment, bytes: Bytes, from: number): Part {
    const limit = Number.POSITIVE_INFINITY;
    return { base: segment.base, from, limit, bytes, ended: (length) => this.#ended(segment, length) };
  }

  #add(segment: Segment): Segment {
    this.#segments.push(segment);
    return segment;
  }

  #ended({ base }: Segment, length: number): void {
    this.#end = Math.max(this.#end, base + length);
  }

  /** The oldest that was rotated away after `last`, and was never read under this name. */
  async #unread(last: Segment): Promise<(Beside & { readonly head: Buffer }) | undefined> {
    for (const file of await this.#rotated(last.target, last)) {
      const isOlder = this.#isResumed ? file.mtimeMs <= last.mtimeMs : file.mtimeMs < last.mtimeMs;
      if (isOlder || this.#older.some((each) => isSame(each, file))) continue;
      const { head } = await beginningOf(file.path);
      if (head.length > 0 && !isKnown(file, head, this.#segments)) return { ...file, head };
    }
    return undefined;
  }

  /** Whether the file only grew while it was replaced, as an editor or a copy over the network does it. */
  async #continues(last: Segment, handle: FileHandle): Promise<boolean> {
    if (!this.#options.isPlain || last.print.bytes === 0) return false;
    const stats = await handle.stat();
    if (stats.size < this.#end - last.base || !begins(await headOf(handle), last.print)) return false;
    if (isSame(stats, last)) return true;
    // The old file is still there under another name: this one only looks alike.
    return !(await filesBeside(this.#options.path, last.target)).some((file) => isSame(file, last));
  }

  /**
   * Once something is read, no file ends the reading: one that cannot be read is reported, and waited for. @throws
   * Failure source/unreadable
   */
  async #openNamed(isFirst: boolean): Promise<FileHandle | undefined> {
    const { path, waits } = this.#options;
    try {
      const handle = await openFile(path);
      if (await isFollowable(handle)) {
        this.#reported = '';
        return handle;
      }
      await handle.close();
      throw new Failure('source/unreadable', 'only a plain, unpacked file can be followed', { where: path });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const isMissing = (await asFound(path)) === undefined && !error.message.includes('folder');
      if (!waits || (isFirst && !isMissing)) throw error;
      if (this.#reported !== error.message) this.#options.report(error);
      this.#reported = error.message;
      return undefined;
    }
  }

  async *#opened(segment: Segment, path: string, growth: Growth, signal: AbortSignal): Bytes {
    yield* this.#followed(segment, await openFile(path), growth, signal);
  }

  async *#followed(segment: Segment, handle: FileHandle, growth: Growth, signal: AbortSignal): Bytes {
    const { path, waits } = this.#options;
    const restOfCopy = (position: number) => this.#restOfCopy(segment, position);
    const hasCopy = async (length: number) => (await newerCopy(path, segment, length + 1)) !== undefined;
    try {
      yield* followed({ handle, segment, path, growth, waits, hasCopy, restOfCopy }, signal);
    } finally {
      await handle.close();
    }
  }

  async *#restOfCopy(segment: Segment, position: number): Bytes {
    const { path } = this.#options;
    const copy = (await newerCopy(path, segment, position)) ?? (await locate(path, segment, position));
    if (copy === undefined) return;
    segment.mtimeMs = copy.mtimeMs;
    let at = position;
    for await (const chunk of contentFrom(copy.path, position)) {
      segment.print = extended(segment.print, at, chunk);
      at += chunk.length;
      yield chunk;
    }
  }

  #reportLost(offset: number): void {
    const message = `the file that was read up to byte ${offset} is neither here nor, whole, beside its name: what was not read of it is lost, and reading continues with what is here`;
    this.#options.report(new Failure('source/truncated', message, { where: this.#options.path }));
  }
}

async function headOf(handle: FileHandle): Promise<Buffer> {
  const head = Buffer.alloc(PRINT_BYTES);
  const { bytesRead } = await handle.read(head, 0, PRINT_BYTES, 0);
  return head.subarray(0, bytesRead);
}

async function isFollowable(handle: FileHandle): Promise<boolean> {
  return (await handle.stat()).isFile() && !isGzip(await headOf(handle));
}
