import { type FileHandle, open } from 'node:fs/promises';
import { Serial } from '../../async/serial.ts';
import type { FailureCode } from '../../errors/codes.ts';
import { Failure, type FailureDetails } from '../../errors/failure.ts';
import type { NumberedOutput, Sink } from '../sink.ts';
import { WrittenTail } from './written-tail.ts';

/** Nothing but another path, or other rights, helps here. */
const MISCONFIGURED = ['ENOENT', 'EACCES', 'EISDIR', 'ENOTDIR', 'EROFS', 'EPERM'];

/**
 * A file of JSON lines, each batch on the disk before `write` resolves. A last line torn by a crash is cut off; lines
 * delivered again after it are recognised and left out. Something other than a regular file (a pipe, /dev/null) is only
 * written to.
 */
export class JsonLinesFile implements Sink {
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #tail: WrittenTail | undefined;
  /** Where the last whole batch ends. */
  #size: number;
  /** Whether something may follow it. */
  #torn = true;
  /** Several tasks may write at once: one batch goes after the other. */
  readonly #batches = new Serial();
  #closed = false;

  private constructor(path: string, handle: FileHandle, tail: WrittenTail | undefined) {
    this.#path = path;
    this.#handle = handle;
    this.#tail = tail;
    this.#size = tail?.end ?? 0;
  }

  /** @throws Failure sink/misconfigured where the file cannot be written, or holds something else */
  static async open(path: string): Promise<JsonLinesFile> {
    let handle: FileHandle | undefined;
    try {
      handle = await open(path, 'a+');
      const isFile = (await handle.stat()).isFile();
      return new JsonLinesFile(path, handle, isFile ? await WrittenTail.of(handle) : undefined);
    } catch (error) {
      await handle?.close();
      throw refused(error, path);
    }
  }

  write(batch: readonly NumberedOutput[], signal: AbortSignal): Promise<void> {
    return this.#batches.run(() => this.#append(batch, signal));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#batches.idle();
    await this.#handle.close();
  }

  async #append(batch: readonly NumberedOutput[], signal: AbortSignal): Promise<void> {
    if (this.#closed || signal.aborted) {
      throw new Failure('sink/unavailable', this.#closed ? 'the file is closed' : 'stopped', { where: this.#path });
    }
    const lines = batch.map(jsonLine);
    const text = (this.#tail?.missing(batch, lines) ?? lines).join('');
    try {
      await this.#put(text);
    } catch (error) {
      throw refused(error, this.#path);
    }
    this.#tail?.passed(batch, lines);
  }

  async #put(text: string): Promise<void> {
    if (this.#tail === undefined) return await this.#handle.appendFile(text);
    if (text === '') return;
    // Cut off what a crash, or an earlier try, left half-written.
    if (this.#torn && (await this.#handle.stat()).size > this.#size) await this.#handle.truncate(this.#size);
    this.#torn = true;
    await this.#handle.appendFile(text);
    await this.#handle.datasync();
    this.#torn = false;
    this.#size += Buffer.byteLength(text);
  }
}

/** One line of JSON: the sequence, then the output as it is. Numbers that JSON cannot write become null. */
export function jsonLine({ sequence, output }: NumberedOutput): string {
  return `${JSON.stringify({ sequence, ...output })}\n`;
}

function refused(error: unknown, where: string): unknown {
  if (error instanceof Failure) return new Failure(error.code, error.message, { where });
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  if (code === undefined) return error;
  const details: FailureDetails = { where, cause: error };
  const failure: FailureCode = MISCONFIGURED.includes(code) ? 'sink/misconfigured' : 'sink/unavailable';
  return new Failure(failure, code === 'ENOSPC' ? 'the disk is full' : `the file cannot be written (${code})`, details);
}
