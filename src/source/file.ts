import type { FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { Failure } from '../errors/failure.ts';
import type { SourceRecord } from '../event/record.ts';
import { type Bytes, isGzip, openFile, rest, unpacked } from './bytes.ts';
import { columnNames } from './columns.ts';
import { followed } from './follow.ts';
import { Framer } from './framer.ts';
import { type Source, sourceKind } from './source.ts';
import { Stdin } from './stdin.ts';

const BATCH = 1_000;
const NEVER = new AbortController().signal;

const config = z.strictObject({
  kind: z.literal('file'),
  path: z.string().min(1).describe('The file, plain or gzip; `-` = standard input.'),
  framing: z
    .enum(['lines', 'csv'])
    .default('lines')
    .describe(
      '`lines`: a record a line, such as JSON. `csv`: quoted fields may hold line ends, and there is a header.',
    ),
  header: z.boolean().default(true).describe('Whether the first CSV record names the columns.'),
  delimiter: z.string().length(1).default(',').describe('Between the names in the CSV header.'),
  follow: z
    .boolean()
    .default(false)
    .describe(
      'Waits for what is appended, and goes on with the new file when it is rotated. Not for gzip or standard input.',
    ),
  max_record_bytes: z
    .int()
    .min(64)
    .max(67_108_864)
    .default(1_048_576)
    .describe('A longer record is set aside as `decode/too-large`.'),
});

type FileConfig = z.infer<typeof config>;

/**
 * Offsets are bytes of the unpacked content, from the beginning of the file that has the name now: a rotation begins anew at 0, once all of the old file is read.
 * What was rotated away while nobody read is not found again: a file shorter than the offset is `source/truncated`, one that has grown
 * beyond it already cannot be told from the old one. Going on at an offset reads everything before it once more, for the line
 * numbers: about a second a gigabyte. Standard input must be the same bytes again.
 */
class FileSource implements Source {
  readonly name: string;
  readonly #config: FileConfig;
  readonly #stdin: Stdin | undefined;
  #columns: readonly string[] | undefined;

  constructor(options: FileConfig) {
    this.#config = options;
    this.#stdin = options.path === '-' ? new Stdin() : undefined;
    this.name = this.#stdin === undefined ? options.path : 'standard input';
  }

  async columns(signal: AbortSignal = NEVER): Promise<readonly string[] | undefined> {
    if (this.#columns !== undefined || !this.#hasHeader) return this.#columns;
    const bytes = this.#stdin?.peek() ?? this.#file(0, signal);
    for await (const [record] of this.#framed(unpacked(bytes, this.name), 0, signal)) {
      if (record === undefined) continue;
      this.#columns = columnNames(record, this.#config.delimiter, this.name);
      break;
    }
    return this.#columns;
  }

  async *read(from: number, signal: AbortSignal): AsyncGenerator<readonly SourceRecord[]> {
    yield* this.#readOne(from, signal);
    while (this.#config.follow && !signal.aborted) yield* this.#readOne(0, signal);
  }

  async close(): Promise<void> {
    this.#stdin?.close();
  }

  get #hasHeader(): boolean {
    return this.#config.framing === 'csv' && this.#config.header;
  }

  /** The records of the file that has the name now, in batches. */
  async *#readOne(from: number, signal: AbortSignal): AsyncGenerator<readonly SourceRecord[]> {
    const bytes = this.#stdin?.take(signal) ?? this.#file(from, signal);
    let headed = from > 0 || !this.#hasHeader;
    for await (const records of this.#framed(unpacked(bytes, this.name), from, signal)) {
      const [header] = records;
      if (header === undefined) {
        yield records;
        continue;
      }
      if (!headed) this.#check(header);
      for (let i = headed ? 0 : 1; i < records.length; i += BATCH) {
        if (signal.aborted) return;
        yield records.slice(i, i + BATCH);
      }
      headed = true;
    }
  }

  /** Records as they are whole; none where an empty chunk says that nothing comes. */
  async *#framed(bytes: Bytes, from: number, signal: AbortSignal): AsyncGenerator<readonly SourceRecord[]> {
    const { framing, max_record_bytes } = this.#config;
    let position = 0;
    let line = 1;
    let framer: Framer | undefined;
    for await (const chunk of bytes) {
      if (signal.aborted) return;
      if (chunk.length === 0) {
        yield [];
        continue;
      }
      const before = Math.min(chunk.length, Math.max(0, from - position));
      line += lineEnds(chunk.subarray(0, before));
      position += chunk.length;
      if (before === chunk.length) continue;
      framer ??= new Framer(framing, max_record_bytes, { offset: from, line });
      const records = framer.push(chunk.subarray(before));
      if (records.length > 0) yield records;
    }
    if (signal.aborted) return;
    if (position < from) throw tooShort(this.name, from);
    const last = framer?.end() ?? [];
    if (last.length > 0) yield last;
  }

  async *#file(from: number, signal: AbortSignal): Bytes {
    const handle = await openFile(this.name);
    try {
      if (!this.#config.follow) yield* rest(handle);
      else {
        await mayFollow(handle, this.name, from);
        yield* followed(handle, this.name, signal);
      }
    } finally {
      await handle.close();
    }
  }

  /** A file that took the place of another must have the same columns: their places were asked for only once. */
  #check(header: SourceRecord): void {
    const names = columnNames(header, this.#config.delimiter, this.name);
    this.#columns ??= names;
    if (this.#columns.length === names.length && this.#columns.every((name, i) => name === names[i])) return;
    throw new Failure('source/unreadable', 'the new file has other columns than the one before it', {
      where: this.name,
    });
  }
}

function tooShort(name: string, from: number): Failure {
  return new Failure('source/truncated', `there are fewer than the ${from} bytes already read`, { where: name });
}

async function mayFollow(handle: FileHandle, name: string, from: number): Promise<void> {
  const stats = await handle.stat();
  const head = Buffer.alloc(2);
  if (stats.isFile()) await handle.read(head, 0, 2, 0);
  if (!stats.isFile() || isGzip(head)) {
    throw new Failure('source/unreadable', 'only a plain, unpacked file can be followed', { where: name });
  }
  if (stats.size < from) throw tooShort(name, from);
}

/** Line ends in these bytes. */
function lineEnds(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines++;
  return lines;
}

/** A file, or standard input, as a source. */
export const file = sourceKind<FileConfig>({
  kind: 'file',
  summary:
    'Lines or CSV records of a file, plain or gzip, or of standard input; can follow a file that grows and is rotated.',
  config,
  async open(options): Promise<Source> {
    return new FileSource(options);
  },
});
