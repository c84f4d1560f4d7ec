import { z } from 'zod';
import { Failure } from '../../errors/failure.ts';
import { type Sink, sinkKind } from '../sink.ts';
import { writeOut } from '../standard-output.ts';
import { JsonLinesFile, jsonLine } from './file.ts';

const config = z.strictObject({
  kind: z.literal('jsonl'),
  path: z.string().min(1).describe('The file that is appended to; `-` = standard output.'),
});

/** Nothing can be looked up there: after a crash lines may come again. */
function standardOutput(): Sink {
  let closed = false;
  return {
    async write(batch, signal) {
      if (closed) throw new Failure('sink/unavailable', 'standard output is closed');
      await writeOut(batch.map(jsonLine).join(''), signal);
    },
    async close() {
      closed = true;
    },
  };
}

/** Every output as a line of JSON in a file. */
export const jsonl = sinkKind<z.infer<typeof config>>({
  kind: 'jsonl',
  summary: 'Appends each output as a line of JSON, on the disk before the next; none twice, even after a crash.',
  config,
  accepts: ['score', 'alert', 'reject'],
  async open({ path }) {
    return path === '-' ? standardOutput() : await JsonLinesFile.open(path);
  },
});
