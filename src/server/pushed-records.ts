import { isUtf8 } from 'node:buffer';
import { Slices } from '../async/slices.ts';
import { parseJson } from '../decode/json.ts';
import { Failure } from '../errors/failure.ts';
import { arrayIn } from './array-in.ts';
import { BodyError } from './body.ts';
import { arrayAt, eachDocument, elements, tokensOf } from './json-spans.ts';
import { PackedRecords } from './packed-records.ts';

/** Most records of one push: their number, not their bytes, is what they cost. */
export const MOST_RECORDS = 100_000;
/** Longest record, and all of a wrapper but its records, in characters: they are parsed in one go. */
export const LONGEST_RECORD = 1 << 20;

/** How a body is read. */
export interface BodyForm {
  /** One document a line, as its content type says. */
  readonly isLines: boolean;
  /** JSON pointer to the array of records in a body that wraps it. */
  readonly wrapper: string | undefined;
}

/**
 * The records of a body, in slices of 10 ms. @throws Failure decode/syntax, source/unusable; BodyError 413
 */
export async function pushedRecords(body: Buffer, { isLines, wrapper }: BodyForm): Promise<PackedRecords> {
  const text = withoutMarks(textOf(body));
  const reader = new Reader(new PackedRecords(body.length, roomFor(body)), wrapper);
  if (!isLines && !looksLikeLines(text)) await reader.readDocuments(text);
  else await reader.readLines(text);
  return reader.records;
}

class Reader {
  readonly records: PackedRecords;
  readonly #wrapper: string | undefined;
  readonly #slices = new Slices();

  constructor(records: PackedRecords, wrapper: string | undefined) {
    this.records = records;
    this.#wrapper = wrapper;
  }

  async readLines(text: string): Promise<void> {
    for (let from = 0, number = 1; from < text.length; number++) {
      const end = text.indexOf('\n', from);
      const line = text.slice(from, end < 0 ? text.length : end).trim();
      from = end < 0 ? text.length : end + 1;
      if (line !== '' && this.#wrapper !== undefined) await this.#readWrapped(line, this.#wrapper, `line ${number}`);
      else if (line !== '') this.#add(line, `line ${number}`);
      if (this.#slices.isOver) await this.#slices.rest();
    }
  }

  /** One document, or several of them with nothing between, as agents stream them. */
  async readDocuments(text: string): Promise<void> {
    if (text[text.search(/\S/)] !== '{') return await this.#readDocument(text, 'the body');
    let number = 1;
    for (const document of eachDocument(text)) {
      await this.#readDocument(document, number === 1 ? 'the body' : `document ${number}`);
      number++;
      if (this.#slices.isOver) await this.#slices.rest();
    }
  }

  /** A record, an array of them, or a wrapper around one. */
  async #readDocument(text: string, where: string): Promise<void> {
    if (this.#wrapper !== undefined) return await this.#readWrapped(text, this.#wrapper, where);
    const open = arrayAt(text, []);
    if (open === undefined) return this.#add(text.trim(), where);
    const end = await this.#readArray(text, open, '');
    if (text.slice(end).trim() !== '') throw noJson(where, 'something follows the array');
  }

  /** What is around the records is checked without them. */
  async #readWrapped(text: string, wrapper: string, where: string): Promise<void> {
    const open = attempted(where, () => arrayAt(text, tokensOf(wrapper)));
    if (open === undefined) {
      const elsewhere = arrayIn(parse(text, where));
      const hint = elsewhere === undefined ? '' : `; there is one at ${elsewhere}`;
      const message = `${where} has no array at ${wrapper}, where \`source.records\` says it is${hint}`;
      throw new Failure('source/unusable', message);
    }
    const end = await this.#readArray(text, open, ` of ${wrapper}`);
    parse(`${text.slice(0, open)}[]${text.slice(end)}`, where);
  }

  /** Where the array ends. */
  async #readArray(text: string, open: number, of: string): Promise<number> {
    const found = elements(text, open);
    for (let n = 0; ; n++) {
      const next = attempted(`element ${n}${of}`, () => found.next());
      if (next.done === true) return next.value;
      this.#add(next.value, `element ${n}${of}`);
      if (this.#slices.isOver) await this.#slices.rest();
    }
  }

  #add(record: string, where: string): void {
    const parsed = parse(record, where);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
      throw new Failure('decode/syntax', `${where} is no JSON object`);
    }
    if (this.records.length === MOST_RECORDS) {
      throw new BodyError(413, `a push has at most ${MOST_RECORDS} records; send smaller batches`);
    }
    this.records.add(record);
  }
}

/**
 * The failure of a push of which nothing can be used, with where its records are if it is a wrapper around them that
 * the configuration does not name.
 */
export function withHint(failure: Failure, records: PackedRecords): Failure {
  const [only] = records;
  if (failure.code !== 'source/unusable' || records.length !== 1 || only === undefined) return failure;
  const pointer = arrayIn(tolerant(Buffer.from(only).toString()));
  if (pointer === undefined) return failure;
  const hint = `it holds an array of objects: if those are the records, set \`source.records: ${pointer}\``;
  return new Failure('source/unusable', `${failure.message}; ${hint}`, { cause: failure });
}

/** No record is shorter than `{}`. */
function roomFor({ length }: Buffer): number {
  return Math.min(MOST_RECORDS, Math.ceil(length / 2));
}

/** Several documents, each on a line of its own, whatever their type says: the first line is one. */
function looksLikeLines(text: string): boolean {
  const start = text.search(/\S/);
  const end = text.indexOf('\n', start);
  if (start < 0 || text[start] !== '{' || end < 0 || end - start > LONGEST_RECORD) return false;
  try {
    tolerant(text.slice(start, end));
  } catch {
    return false;
  }
  return text.slice(end).trim() !== '';
}

/** A JSON text sequence (RFC 7464) has a mark before each document, which JSON has nowhere. */
function withoutMarks(text: string): string {
  return text[0] === '\u001e' ? text.replaceAll('\u001e', ' ') : text;
}

function textOf(body: Buffer): string {
  if (isUtf8(body)) return body.toString('utf8').replace(/^\uFEFF/, '');
  throw new Failure('decode/syntax', 'the body is not UTF-8');
}

function parse(text: string, where: string): unknown {
  if (text.length > LONGEST_RECORD) {
    throw new BodyError(413, `${where} has more than ${LONGEST_RECORD} characters, which no record may`);
  }
  return attempted(where, () => tolerant(text));
}

/** Bare `NaN` and `Infinity` are read as the stream will read them. @throws SyntaxError */
function tolerant(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    try {
      return parseJson(text);
    } catch {
      throw error;
    }
  }
}

/** @throws Failure decode/syntax where `work` finds that this is no JSON */
function attempted<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    throw noJson(where, error.message, error);
  }
}

function noJson(where: string, why: string, cause?: unknown): Failure {
  return new Failure('decode/syntax', `${where} is no JSON: ${why}`, { cause });
}
