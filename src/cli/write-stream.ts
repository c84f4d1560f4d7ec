import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../errors/failure.ts';
import { TruthLedger, truthFields } from '../simulate/truth.ts';
import type { Field, World } from '../simulate/world.ts';

/** How a record becomes a line. */
export type StreamFormat = 'jsonl' | 'csv';

interface Destination {
  readonly format: StreamFormat;
  /** Standard output if absent. */
  readonly out: string | undefined;
  /** Not written if absent. */
  readonly truth: string | undefined;
}

const CHUNK = 64 * 1024;

/** RFC 4180; a missing value is an empty cell. */
function cell(value: Field): string {
  const text = value === null ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The stream as text in chunks, every line whole; the ledger sees each event. */
export function* streamText(
  world: World,
  options: unknown,
  format: StreamFormat,
  ledger: TruthLedger,
): Generator<string> {
  let text = '';
  let header = format === 'csv';
  for (const event of world.generate(options)) {
    ledger.see(event);
    if (header) text += `${Object.keys(event.fields).map(cell).join(',')}\n`;
    header = false;
    text +=
      format === 'csv' ? `${Object.values(event.fields).map(cell).join(',')}\n` : `${JSON.stringify(event.fields)}\n`;
    if (text.length < CHUNK) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}

/** The ground truth as JSON lines. */
export function truthText(ledger: TruthLedger): string {
  return ledger
    .records()
    .map((truth) => `${JSON.stringify(truthFields(truth))}\n`)
    .join('');
}

function isClosedPipe(cause: unknown): boolean {
  return (
    cause instanceof Error && 'code' in cause && (cause.code === 'EPIPE' || cause.code === 'ERR_STREAM_PREMATURE_CLOSE')
  );
}

/**
 * Writes a simulated stream, with back pressure, then its truth. A reader that has seen enough (`| head`) ends it
 * without complaint.
 * @throws Failure cli/unwritable
 */
export async function writeStream(world: World, options: unknown, { format, out, truth }: Destination): Promise<void> {
  const ledger = new TruthLedger();
  const text = Readable.from(streamText(world, options, format, ledger));
  try {
    if (out !== undefined) await pipeline(text, createWriteStream(out));
    else await pipeline(text, process.stdout, { end: false });
    if (truth !== undefined) await writeFile(truth, truthText(ledger));
  } catch (cause) {
    if (out === undefined && isClosedPipe(cause)) return;
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    throw new Failure('cli/unwritable', cause.message, { where: out ?? truth ?? 'standard output', cause });
  }
}
