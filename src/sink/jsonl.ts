import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { Failure } from '../errors/failure.ts';
import { type Delivery, sinkKind } from './sink.ts';

const TAIL_BYTES = 1 << 20;
const NEWLINE = 0x0a;

const config = z.strictObject({
  kind: z.literal('jsonl').describe('One JSON object a line, appended to a file.'),
  path: z.string().min(1).describe('The file; its folder is made if absent.'),
});

/** Outputs as JSON lines, each with its sequence, durable before the write is acknowledged. */
export const jsonl = sinkKind<z.output<typeof config>>({
  kind: 'jsonl',
  summary: 'Appends outputs to a file, one JSON object a line.',
  config,
  accepts: ['alert', 'score', 'reject'],
  async open({ path }) {
    const file = await guarded(path, async () => {
      await mkdir(dirname(path), { recursive: true });
      return await open(path, 'a+');
    });
    const written = await guarded(path, () => repair(file));
    let closed = false;
    return {
      async write(batch, signal) {
        if (closed) throw new Failure('sink/unavailable', 'the file is closed', { where: path });
        signal.throwIfAborted();
        const fresh = batch.filter(({ output, sequence }) => sequence > (written.get(output.stream) ?? -1));
        if (fresh.length === 0) return;
        await guarded(path, () => append(file, fresh));
        for (const { output, sequence } of fresh) written.set(output.stream, sequence);
      },
      async close() {
        if (closed) return;
        closed = true;
        await file.close();
      },
    };
  },
});

/** All of it, or nothing: a disk that fills up half-way leaves no half line. */
async function append(file: FileHandle, batch: readonly Delivery[]): Promise<void> {
  const { size } = await file.stat();
  try {
    await file.appendFile(batch.map(({ sequence, output }) => `${JSON.stringify({ sequence, ...output })}\n`).join(''));
    await file.datasync();
  } catch (error) {
    await file.truncate(size);
    throw error;
  }
}

/** Cuts off a last line that a crash tore, and finds the newest sequence of each stream in the tail, so that no output stands twice. */
async function repair(file: FileHandle): Promise<Map<string, number>> {
  const written = new Map<string, number>();
  const { size } = await file.stat();
  const start = Math.max(0, size - TAIL_BYTES);
  const tail = Buffer.alloc(size - start);
  if (tail.length === 0) return written;
  await file.read(tail, 0, tail.length, start);
  const whole = tail.lastIndexOf(NEWLINE) + 1;
  if (whole < tail.length) await file.truncate(start + whole);
  const lines = tail.toString('utf8', start === 0 ? 0 : tail.indexOf(NEWLINE) + 1, whole).split('\n');
  for (const line of lines) {
    const seen = sequenceOf(line);
    if (seen) written.set(seen.stream, Math.max(seen.sequence, written.get(seen.stream) ?? -1));
  }
  return written;
}

const stamped = z.object({ sequence: z.int(), stream: z.string() });

function sequenceOf(line: string): z.infer<typeof stamped> | undefined {
  if (line === '') return undefined;
  try {
    return stamped.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

async function guarded<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const passing = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EIO';
    throw new Failure(passing ? 'sink/unavailable' : 'sink/misconfigured', `cannot write: ${code}`, {
      where: path,
      cause: error,
    });
  }
}
