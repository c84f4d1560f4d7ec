import type { FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { Failure } from '../errors/failure.ts';
import type { SourceRecord } from '../event/record.ts';
import { type Bytes, isGzip, openFile, rest, unpacked } from './bytes.ts';
import { cutter } from './cutter.ts';
import { followed } from './follow.ts';
import { Rows } from './rows.ts';
import { type Source, sourceKind } from './source.ts';
import { type Stdin, standardInput } from './stdin.ts';
import { encodingOf, isEncoding, utf8 } from './utf8.ts';

const BATCH = 1_000;
const NEVER = new AbortController().signal;

const config = z.strictObject({
  kind: z.literal('file'),
  path: z.string().min(1).describe('The file, plain or gzip; `-` = standard input.'),
  framing: z
    .enum(['lines', 'csv', 'json'])
    .default('lines')
    .describe(
      '`lines`: a record a line, such as JSON. `csv`: quoted fields may hold line ends, and there is a header; blank rows, a line such as `sep=;` and repetitions of the header are skipped. `json`: lists of documents, or documents over several lines.',
    ),
  encoding: z
    .string()
    .refine(isEncoding, 'an encoding such as utf-8, utf-16le or windows-1252')
    .default('auto')
    .describe(
      'Of the text, by its name in the WHATWG Encoding Standard; `auto` is UTF-8, or UTF-16 where its byte order mark or its zeros say so.',
    ),
  header: z
    .boolean()
    .default(true)
    .describe(
      'Whether the first CSV record names the columns. Without it they have the names in `decode.columns`, or their numbers from 1.',
    ),
  skip_lines: z.int().min(0).default(0).describe('Lines before the header, or before the first record.'),
  comment: z.string().min(1).optional().describe('Lines that begin so are skipped, such as `#`.'),
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
  readonly #rows: Rows;

  constructor(options: FileConfig) {
    this.#config = options;
    this.#stdin = options.path === '-' ? standardInput : undefined;
    this.name = this.#stdin === undefined ? options.path : 'standard input';
    this.#rows = new Rows(options, this.name);
  }

  async columns(signal: AbortSignal = NEVER): Promise<readonly string[] | undefined> {
    if (this.#rows.columns !== undefined || !this.#rows.areRows) return this.#rows.columns;
    const bytes = this.#stdin?.peek() ?? this.#file(0, signal);
    for await (const records of this.#framed(bytes, 0, signal)) {
      const first = records.find((record) => this.#rows.isKept(record));
      if (first === undefined) continue;
      this.#rows.first(first);
      break;
    }
    return this.#rows.columns;
  }

  async *read(from: number, signal: AbortSignal): AsyncGenerator<readonly SourceRecord[]> {
    yield* this.#readOne(from, signal);
    while (this.#config.follow && !signal.aborted) yield* this.#readOne(0, signal);
  }

  async close(): Promise<void> {
    this.#stdin?.close();
  }

  /** The records of the file that has the name now, in batches. */
  async *#readOne(from: number, signal: AbortSignal): AsyncGenerator<readonly SourceRecord[]> {
    const bytes = this.#stdin?.take(signal) ?? this.#file(from, signal);
    const rows = this.#rows;
    let headed = from > 0 || !rows.hasHeader;
    if (!headed) rows.forgetHeader();
    for await (const records of this.#framed(bytes, from, signal)) {
      if (records.length === 0) yield records;
      const first = headed ? undefined : records.find((record) => rows.isKept(record));
      if (first !== undefined) rows.first(first);
      headed ||= first !== undefined;
      // The header is a repetition of itself now.
      const kept = headed ? rows.kept(records) : [];
      for (let i = 0; i < kept.length; i += BATCH) {
        if (signal.aborted) return;
        yield kept.slice(i, i + BATCH);
      }
    }
  }

  /** Records as they are whole; none where an empty chunk says that nothing comes. */
  async *#framed(bytes: Bytes, from: number, signal: AbortSignal): AsyncGenerator<readonly SourceRecord[]> {
    const { framing, max_record_bytes, encoding } = this.#config;
    const cut = cutter(framing, max_record_bytes, from);
    for await (const chunk of utf8(unpacked(bytes, this.name), encoding)) {
      if (signal.aborted) return;
      const records = cut.push(chunk);
      if (records.length > 0 || chunk.length === 0) yield records;
    }
    if (signal.aborted) return;
    if (cut.position < from) throw tooShort(this.name, from);
    const last = cut.end();
    if (last.length > 0) yield last;
  }

  async *#file(from: number, signal: AbortSignal): Bytes {
    const handle = await openFile(this.name);
    try {
      if (!this.#config.follow) yield* rest(handle);
      else {
        const isPlain = this.#config.encoding === 'auto' || this.#config.encoding === 'utf-8';
        await mayFollow(handle, this.name, isPlain ? from : 0);
        yield* followed(handle, this.name, signal);
      }
    } finally {
      await handle.close();
    }
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
  // UTF-16 takes more bytes here than as UTF-8, in which offsets count, or fewer.
  if (stats.size < from && encodingOf(head) === 'utf-8') throw tooShort(name, from);
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
