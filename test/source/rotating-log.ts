import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plain } from '../../src/event/plain.ts';
import type { SourceRecord } from '../../src/event/record.ts';
import { file } from '../../src/source/file.ts';
import type { Source } from '../../src/source/source.ts';

/** A log of numbered rows that is rotated in the ways there are, an hour ago and a second a step: nobody writes any more what was rotated away. */
export class RotatingLog {
  readonly folder = mkdtempSync(join(tmpdir(), 'surprisal-rotation-'));
  readonly path = join(this.folder, 'log.csv');
  /** Rows written so far: row n has the values n and 2n. */
  rows = 0;
  #order: readonly ('n' | 'v')[] = ['n', 'v'];
  #seconds = Date.now() / 1000 - 3_600;

  constructor() {
    writeFileSync(this.path, 'n,v\n');
    this.#changed(this.path);
  }

  write(count: number): void {
    const row = (n: number) => this.#order.map((name) => (name === 'n' ? n : 2 * n)).join();
    const rows = Array.from({ length: count }, () => `${row(this.rows++)}\n`);
    appendFileSync(this.path, rows.join(''));
    this.#changed(this.path);
  }

  /** As `logrotate` does it with `create`: the file gets another name, and another file its name. */
  rename(order = this.#order): void {
    this.#shift();
    renameSync(this.path, `${this.path}.1`);
    this.#order = order;
    writeFileSync(this.path, `${order.join()}\n`);
    this.#changed(this.path);
  }

  /** As `logrotate` does it with `copytruncate`. */
  copyAndCut(): void {
    this.#shift();
    copyFileSync(this.path, `${this.path}.1`);
    this.#changed(`${this.path}.1`);
    truncateSync(this.path);
    appendFileSync(this.path, `${this.#order.join()}\n`);
    this.#changed(this.path);
  }

  /** The newest that was rotated is packed, as with `compress`. */
  pack(): void {
    const path = `${this.path}.1`;
    if (!existsSync(path)) return;
    const { mtimeMs } = statSync(path);
    writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)));
    utimesSync(`${path}.gz`, mtimeMs / 1000, mtimeMs / 1000);
    rmSync(path);
  }

  #shift(): void {
    for (let n = 30; n > 0; n--) {
      for (const suffix of ['', '.gz']) {
        const name = `${this.path}.${n}${suffix}`;
        if (existsSync(name)) renameSync(name, `${this.path}.${n + 1}${suffix}`);
      }
    }
  }

  #changed(path: string): void {
    this.#seconds += 1;
    utimesSync(path, this.#seconds, this.#seconds);
  }
}

/** Reads a log as a task does: what it read counts once it is committed, with the offset and the bookmark. */
export class LogReader {
  readonly #path: string;
  /** Numbers of the rows that were committed. */
  committed: number[] = [];
  readonly reported: string[] = [];
  #offset = 0;
  #bookmark: Plain | undefined;
  #read: { readonly n: number; readonly next: number }[] = [];
  #source: Source | undefined;
  #abort = new AbortController();
  #batches: AsyncIterator<readonly SourceRecord[]> | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Reads until it has so many rows, committed or not. */
  async until(rows: number): Promise<void> {
    const { source, batches } = await this.#opened();
    const usual = await source.columns?.();
    while (this.committed.length + this.#read.length < rows) {
      const { done, value } = await batches.next();
      if (done === true) throw new Error(`ended after ${this.committed.length + this.#read.length} of ${rows} rows`);
      for (const record of value) this.#read.push({ n: numberIn(record, usual ?? []), next: record.next });
    }
  }

  /** Looks so often at what there is, and finds nothing. */
  async idle(looks: number): Promise<void> {
    const { batches } = await this.#opened();
    for (let n = 0; n < looks; n++) {
      const { value } = await batches.next();
      if (value?.length !== 0) throw new Error(`there is something to read: ${value}`);
    }
  }

  /** Commits so many of the rows that were read. */
  commit(count = this.#read.length): void {
    const read = this.#read.splice(0, count);
    this.committed.push(...read.map(({ n }) => n));
    this.#offset = read.at(-1)?.next ?? this.#offset;
    this.#bookmark = this.#source?.bookmark?.(this.#offset) ?? this.#bookmark;
    this.#source?.committed?.(this.#offset);
  }

  /** What is not committed is gone. */
  async kill(): Promise<void> {
    this.#abort.abort();
    await this.#batches?.return?.();
    await this.#source?.close();
    this.#source = undefined;
    this.#read = [];
  }

  async #opened(): Promise<{ readonly source: Source; readonly batches: AsyncIterator<readonly SourceRecord[]> }> {
    if (this.#source === undefined || this.#batches === undefined) {
      this.#source = await file.open(
        file.config.parse({ kind: 'file', path: this.#path, framing: 'csv', follow: true }),
      );
      this.#source.resume?.(this.#bookmark, ({ message }) => this.reported.push(message));
      this.#abort = new AbortController();
      this.#batches = this.#source.read(this.#offset, this.#abort.signal)[Symbol.asyncIterator]();
    }
    return { source: this.#source, batches: this.#batches };
  }
}

/** The number of a row, by the columns of its file; its other value says the same. */
function numberIn({ value, columns }: SourceRecord, usual: readonly string[]): number {
  const cells = Buffer.from(value).toString().split(',').map(Number);
  const names = columns ?? usual;
  const n = cells[names.indexOf('n')];
  if (cells[names.indexOf('v')] !== 2 * n)
    throw new Error(`a row of other columns: ${cells.join()} is no ${names.join()}`);
  return n;
}
