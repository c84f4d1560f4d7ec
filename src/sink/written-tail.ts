import type { FileHandle } from 'node:fs/promises';
import { Failure } from '../errors/failure.ts';
import type { Delivery } from './sink.ts';

/** What was written last may be delivered again after a crash; nothing further back is. */
const TAIL = 8 * 1024 * 1024;
const LF = 10;
/** How each line of ours begins. */
const BEGINNING = Buffer.from('{"sequence":');

/** The end of a file of JSON lines: where its last whole line ends, and which lines stand there. */
export class WrittenTail {
  /** Stream → lines. Gone once the stream has gone past what is written. */
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

  /** Reads at most the last 8 MiB. @throws Failure sink/misconfigured where the file ends with something else than a torn line of ours */
  static async of(handle: FileHandle): Promise<WrittenTail> {
    const { size } = await handle.stat();
    const start = Math.max(0, size - TAIL);
    const bytes = Buffer.alloc(size - start);
    await handle.read(bytes, 0, bytes.length, start);
    const torn = bytes.subarray(bytes.lastIndexOf(LF) + 1);
    if (!torn.subarray(0, BEGINNING.length).equals(BEGINNING.subarray(0, torn.length))) {
      const message =
        'the file ends with a line that this sink did not write, and is not finished; give the sink a file of its own';
      throw new Failure('sink/misconfigured', message);
    }
    const text = bytes.subarray(start === 0 ? 0 : bytes.indexOf(LF) + 1, bytes.lastIndexOf(LF) + 1).toString();
    return new WrittenTail(start + bytes.lastIndexOf(LF) + 1, text.split('\n'));
  }

  /**
   * The lines that are not there yet. Lines are left out only where a delivery goes on within what is written: its first line must
   * stand there, letter by letter. So a run that starts anew over an old file loses nothing.
   */
  missing(batch: readonly Delivery[], lines: readonly string[]): readonly string[] {
    const past = new Set<string>();
    return lines.filter((line, i) => {
      const stream = batch[i]?.output.stream ?? '';
      if (!past.has(stream) && this.#streams.get(stream)?.has(line)) return false;
      past.add(stream);
      return true;
    });
  }

  /** The batch is written: a stream that has gone past the tail needs it no more. */
  passed(batch: readonly Delivery[], lines: readonly string[]): void {
    for (const [i, { output }] of batch.entries()) {
      if (!this.#streams.get(output.stream)?.has(lines[i] ?? '')) this.#streams.delete(output.stream);
    }
  }
}

function streamOf(line: string): string | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || !('stream' in value)) return undefined;
    return typeof value.stream === 'string' ? value.stream : undefined;
  } catch {
    // Not a line of ours.
    return undefined;
  }
}
