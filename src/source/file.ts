import { z } from 'zod';
import { Failure } from '../errors/failure.ts';
import type { Plain } from '../event/plain.ts';
import type { SourceRecord } from '../event/record.ts';
import { type Bookmark, fromPlain, toPlain } from './bookmark.ts';
import { contentFrom, unpacked } from './bytes.ts';
import { Chain, type Part } from './chain.ts';
import { cutter } from './cutter.ts';
import { Rows } from './rows.ts';
import { type Source, sourceKind } from './source.ts';
import { type Stdin, standardInput } from './stdin.ts';
import { isEncoding, utf8 } from './utf8.ts';

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
      'Waits for what is appended, and for the file itself. Where it is rotated (renamed, or copied and cut), all that is still in its folder is read, also after a restart. Not for gzip or standard input.',
    ),
  max_record_bytes: z
    .int()
    .min(64)
    .max(67_108_864)
    .default(1_048_576)
    .describe('A longer record is rejected as `decode/too-large`.'),
});

type FileConfig = z.infer<typeof config>;

/**
 * Offsets are bytes of the unpacked content. A followed file is this file, not its name: where it is rotated, offsets
 * continue from its last byte, and the bookmark says which file has which (`Chain`). Reading on at an offset reads
 * everything before it in its file once more, for the line numbers: about a second a gigabyte. Standard input must be
 * the same bytes again.
 */
class FileSource implements Source {
  readonly name: string;
  readonly #config: FileConfig;
  readonly #stdin: Stdin | undefined;
  readonly #rows: Rows;
  #chain: Chain | undefined;
  #remembered: readonly string[] | undefined;
  #report: (failure: Failure) => void = () => {};

  constructor(options: FileConfig) {
    this.#config = options;
    this.#stdin = options.path === '-' ? standardInput : undefined;
    this.name = this.#stdin === undefined ? options.path : 'standard input';
    this.#rows = new Rows(options, this.name);
    if (options.follow) this.#chain = this.#chainFrom(undefined);
  }

  resume(plain: Plain | undefined, report: (failure: Failure) => void): void {
    this.#report = report;
    const bookmark = fromPlain(plain);
    if (bookmark === undefined || this.#stdin !== undefined) return;
    this.#remembered = bookmark.columns;
    this.#chain = this.#chainFrom(bookmark);
  }

  bookmark(offset: number): Plain | undefined {
    const segments = this.#chain?.segmentsUpTo(offset);
    return segments && toPlain({ segments, end: offset, columns: this.#rows.columns });
  }

  committed(offset: number): void {
    this.#chain?.committed(offset);
  }

  async columns(signal: AbortSignal = NEVER): Promise<readonly string[] | undefined> {
    const rows = this.#rows;
    if (rows.columns !== undefined || !rows.areRows) return rows.columns;
    try {
      for await (const part of this.#peeked(signal)) {
        if (part === undefined) continue;
        await this.#readHeader(part, signal);
        break;
      }
    } catch (error) {
      if (this.#remembered === undefined || !(error instanceof Failure)) throw error;
    }
    if (this.#remembered !== undefined) rows.remember(this.#remembered);
    return rows.columns;
  }

  async *read(from: number, signal: AbortSignal): AsyncGenerator<readonly SourceRecord[]> {
    if (this.#chain === undefined) {
      const bytes = this.#stdin?.take(signal) ?? contentFrom(this.name, 0);
      yield* this.#readPart({ bytes, from, ...WHOLE }, signal);
      return;
    }
    for await (const part of this.#chain.parts(from, signal)) {
      if (part === undefined) yield [];
      else yield* this.#readPart(part, signal);
    }
  }

  async close(): Promise<void> {
    this.#stdin?.close();
  }

  #chainFrom(bookmark: Bookmark | undefined, waits = this.#config.follow): Chain {
    const { encoding, path } = this.#config;
    const isPlain = encoding === 'auto' || encoding === 'utf-8';
    return new Chain({ path, waits, isPlain, report: (failure) => this.#report(failure) }, bookmark);
  }

  /** What has the name now, beside the reading. Where the columns are known from before, it is not waited for. */
  #peeked(signal: AbortSignal): AsyncIterable<Part | undefined> {
    if (this.#stdin !== undefined || !this.#config.follow) {
      const bytes = this.#stdin?.peek() ?? contentFrom(this.name, 0);
      return once({ bytes, from: 0, ...WHOLE });
    }
    return this.#chainFrom(undefined, this.#remembered === undefined).parts(0, signal);
  }

  async #readHeader(part: Part, signal: AbortSignal): Promise<void> {
    for await (const records of this.#framed({ ...part, from: 0 }, signal)) {
      const first = records.find((record) => this.#rows.isKept(record));
      if (first === undefined) continue;
      this.#rows.first(first);
      return;
    }
  }

  /** The records of a part, in batches. */
  async *#readPart(part: Part, signal: AbortSignal): AsyncGenerator<readonly SourceRecord[]> {
    const rows = this.#rows;
    let headed = part.from > 0 || !rows.hasHeader;
    if (!headed || this.#chain !== undefined) rows.forgetHeader();
    for await (const records of this.#framed(part, signal)) {
      if (records.length === 0) yield records;
      const first = headed ? undefined : records.find((record) => rows.isKept(record));
      if (first !== undefined) this.#head(first);
      headed ||= first !== undefined;
      // The header is a repetition of itself now.
      const kept = headed ? named(rows.kept(records), rows.others) : [];
      for (let i = 0; i < kept.length; i += BATCH) {
        if (signal.aborted) return;
        yield kept.slice(i, i + BATCH);
      }
    }
  }

  /**
   * The header of a file that follows another may be no header: then its rows are what is wrong with it. @throws
   * Failure source/unreadable of the first file
   */
  #head(row: SourceRecord): void {
    const isFirst = this.#rows.columns === undefined;
    try {
      this.#rows.first(row);
    } catch (error) {
      if (isFirst || !(error instanceof Failure)) throw error;
      this.#report(error);
    }
  }

  /** Records as they are whole; none where an empty chunk says that nothing comes. */
  async *#framed(part: Part, signal: AbortSignal): AsyncGenerator<readonly SourceRecord[]> {
    const { framing, max_record_bytes, encoding } = this.#config;
    const { from, base, limit } = part;
    const cut = cutter(framing, max_record_bytes, from, base);
    // Where the first record is not asked for, it may still name the columns of those that are.
    let head = from > 0 && this.#chain && this.#rows.hasHeader ? cutter(framing, max_record_bytes, 0) : undefined;
    for await (const chunk of utf8(unpacked(part.bytes, this.name), encoding)) {
      if (signal.aborted) return;
      const header = head?.push(chunk).find((record) => this.#rows.isKept(record));
      if (header !== undefined) {
        head = undefined;
        this.#head(header);
      }
      const room = limit - cut.position;
      const records = cut.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
      if (records.length > 0 || chunk.length === 0) yield records;
      if (chunk.length >= room) break;
    }
    if (signal.aborted) return;
    if (cut.position < from && this.#chain === undefined) throw tooShort(this.name, from);
    const last = cut.end();
    if (last.length > 0) yield last;
    part.ended(cut.position);
  }
}

/** A file that is read once, from its beginning to its end. */
const WHOLE = { base: 0, limit: Number.POSITIVE_INFINITY, ended: () => {} } as const;

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}

/** With the names of their columns, where the file has others than the source. */
function named(records: readonly SourceRecord[], columns: readonly string[] | undefined): readonly SourceRecord[] {
  return columns === undefined ? records : records.map((record) => ({ ...record, columns }));
}

function tooShort(name: string, from: number): Failure {
  return new Failure('source/truncated', `there are fewer than the ${from} bytes already read`, { where: name });
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
