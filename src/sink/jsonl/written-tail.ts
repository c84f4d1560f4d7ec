import type { FileHandle } from 'node:fs/promises';
import { Failure } from '../../errors/failure.ts';
import type { NumberedOutput } from '../sink.ts';

/** What was written last may be delivered again after a crash; nothing further back is. */
const TAIL = 8 * 1024 * 1024;
const LF = 10;
/** How `jsonLine` begins. */
const BEGIN = '{"sequence":';

/** The end of a file of JSON lines: where its last whole line ends, and which lines are there. */
export class WrittenTail {
  /** Stream → lines. Removed once the stream has gone past what is written. */
  readonly #streams = new Map<string, Set<string>>();
  /** Where the last whole line ends. */
  readonly end: number;

  private constructor(end: number, lines: readonly string[]) {
    this.end = end;
    for (const line of lines) {
      const stream = streamOf(line);
      if (stream === undefined) continue;
      const known = this.#streams.get(stream) ?? new Set();
      this.#streams.set(stream, known.add(`${line}\n`));
    }
  }

  /**
   * Reads at most the last 8 MiB. What follows the last whole line is cut off with the next write, so it must be the
   * beginning of a line of this sink. @throws Failure sink/misconfigured where the file is somebody else's
   */
  static async of(handle: FileHandle): Promise<WrittenTail> {
    const { size } = await handle.stat();
    const start = Math.max(0, size - TAIL);
    const bytes = Buffer.alloc(size - start);
    await handle.read(bytes, 0, bytes.length, start);
    const end = bytes.lastIndexOf(LF) + 1;
    const lines = bytes
      .subarray(start === 0 ? 0 : bytes.indexOf(LF) + 1, end)
      .toString()
      .split('\n');
    const last = lines.at(-2);
    if ((last === undefined ? start > 0 : streamOf(last) === undefined) || !isTorn(bytes.subarray(end))) {
      const why = 'the file ends in something that this sink did not write; move it away, or choose another `path`';
      throw new Failure('sink/misconfigured', why);
    }
    return new WrittenTail(start + end, lines);
  }

  /**
   * The lines that are not there yet. Lines are left out only where a delivery continues within what is written: its
   * first line must be there, letter by letter. So a run that starts from nothing over an old file loses nothing.
   */
  missing(batch: readonly NumberedOutput[], lines: readonly string[]): readonly string[] {
    const past = new Set<string>();
    return lines.filter((line, i) => {
      const stream = batch[i]?.output.stream ?? '';
      if (!past.has(stream) && this.#streams.get(stream)?.has(line)) return false;
      past.add(stream);
      return true;
    });
  }

  /** The batch is written: a stream that has gone past the tail needs it no more. */
  passed(batch: readonly NumberedOutput[], lines: readonly string[]): void {
    for (const [i, { output }] of batch.entries()) {
      if (!this.#streams.get(output.stream)?.has(lines[i] ?? '')) this.#streams.delete(output.stream);
    }
  }
}

/** Whether a crash may have left this of a line of ours, or of the room that the disk had kept for it. */
function isTorn(bytes: Buffer): boolean {
  const [text = ''] = bytes.toString('latin1').split('\0', 1);
  return text.startsWith(BEGIN) || BEGIN.startsWith(text);
}

/** Undefined where the line is not of this sink. */
function streamOf(line: string): string | undefined {
  if (!line.startsWith(BEGIN)) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || !('stream' in value)) return undefined;
    return typeof value.stream === 'string' ? value.stream : undefined;
  } catch {
    return undefined;
  }
}
