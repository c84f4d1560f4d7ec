import { createWriteStream } from 'node:fs';
import { link, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { BundleHeader, Line } from './format.ts';
import type { Taken } from './recording.ts';

/** An entry of a task's state, sealed; null = gone. */
export type BundledState = readonly [name: string, bytes: Uint8Array | null];

/** What a bundle is made of. Both are read once, as there is room. */
export interface Content {
  readonly header: BundleHeader;
  readonly entries: AsyncIterable<readonly BundledState[]>;
  readonly taken: Iterable<Taken>;
}

/** A bundle would have more bytes than it may. */
export class TooLarge extends Error {}

/** Lines that are joined before they are packed. */
const AT_ONCE = 64;

/**
 * Writes a bundle, packed, and gives it the name of each of its alerts: `pathOf(id)`. A file that is there is whole.
 * Memory does not grow with the state. @throws TooLarge beyond `mostBytes` unpacked; Error of the file system
 */
export async function writeBundle(content: Content, pathOf: (id: string) => string, mostBytes: number): Promise<void> {
  const [first, ...others] = content.header.alerts.map(({ id }) => pathOf(id));
  const partial = `${first}.partial`;
  try {
    await pipeline(
      Readable.from(bounded(texts(content), mostBytes)),
      createGzip({ level: 1 }),
      createWriteStream(partial),
    );
    for (const other of others) {
      await rm(other, { force: true });
      await link(partial, other);
    }
    await rename(partial, first);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

async function* bounded(source: AsyncIterable<string>, most: number): AsyncGenerator<string> {
  let bytes = 0;
  for await (const text of source) {
    bytes += text.length;
    if (bytes > most) throw new TooLarge(`more than ${most} bytes`);
    yield text;
  }
}

async function* texts({ header, entries, taken }: Content): AsyncGenerator<string> {
  yield `${JSON.stringify(header)}\n`;
  let count = 0;
  for await (const some of entries) {
    const lines = some.flatMap(([entry, bytes]) => (bytes === null ? [] : [entryLine(entry, bytes)]));
    count += lines.length;
    yield lines.map(text).join('');
  }
  let lines: Line[] = [];
  for (const each of taken) {
    count++;
    if (lines.push(takenLine(each)) < AT_ONCE) continue;
    yield lines.map(text).join('');
    lines = [];
  }
  yield [...lines, { end: count }].map(text).join('');
}

function entryLine(entry: string, bytes: Uint8Array): Line {
  return { entry, bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64') };
}

function takenLine(taken: Taken): Line {
  if ('silentMs' in taken) return { tick: taken.silentMs };
  if ('answer' in taken) return { answer: taken.answer };
  const { series, timeMs, values, attributes } = taken.observation;
  const numbers = Array.from(values, (value) => (Number.isNaN(value) ? null : value));
  return { row: [series, timeMs, numbers], arrived: taken.arrivedMs, attributes: attributes && [...attributes] };
}

function text(line: Line): string {
  return `${JSON.stringify(line)}\n`;
}
