import { z } from 'zod';
import { Serial } from '../async/serial.ts';
import { Failure } from '../errors/failure.ts';
import { Inbox } from './inbox.ts';
import { type Source, sourceKind } from './source.ts';

const SEGMENT_BYTES = 16 * 1024 * 1024;

const config = z.strictObject({
  kind: z.literal('http'),
  folder: z
    .string()
    .min(1)
    .describe('Where records wait on the disk until they are read; a folder of its own for each stream.'),
  max_backlog_bytes: z
    .int()
    .min(1)
    .default(67_108_864)
    .describe('Pushes are answered with 429 while so many bytes are accepted and not yet read.'),
  records: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Where the array of records is in a body that wraps it: a JSON pointer (`/metrics`), or a name at the top level. Without it a body is a record, an array of records, or one record a line.',
    ),
});

/**
 * What is pushed to `POST /api/streams/{stream}/observations`: on the disk before it is accepted, read by offset, and
 * forgotten once no restore can go back to it. A record's timestamp is when it arrived.
 */
export const http = sourceKind<z.infer<typeof config>>({
  kind: 'http',
  summary: 'Records pushed over HTTP, each on the disk before it is accepted.',
  config,
  async open({ folder, max_backlog_bytes }): Promise<Source> {
    let opened: Promise<Inbox> | undefined;
    const forgetting = new Serial();
    const inbox = () => {
      opened ??= Inbox.open(folder, { backlogBytes: max_backlog_bytes, segmentBytes: SEGMENT_BYTES });
      return opened;
    };
    return {
      name: `http ${folder}`,
      async *read(from, signal) {
        yield* (await inbox()).read(from, signal);
      },
      async append(records) {
        await (await inbox()).append(records);
      },
      committed(offset) {
        forgetting.run(async () => (await inbox()).forget(offset)).catch(unlessFailure);
      },
      async close() {
        await forgetting.idle();
        await (await opened)?.close();
      },
    };
  },
});

/** What cannot be removed now is tried again with the next commit. */
function unlessFailure(error: unknown): void {
  if (!(error instanceof Failure)) throw error;
}
