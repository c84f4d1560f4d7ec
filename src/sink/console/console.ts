import picocolors from 'picocolors';
import { z } from 'zod';
import { Failure } from '../../errors/failure.ts';
import { sinkKind } from '../sink.ts';
import { writeOut } from '../standard-output.ts';
import { consoleLines } from './lines.ts';

const config = z.strictObject({
  kind: z.literal('console'),
  colour: z
    .enum(['auto', 'always', 'never'])
    .default('auto')
    .describe('`auto`: on a terminal, unless NO_COLOR is set.'),
});

/** Alerts on standard output, for people. After a crash the last ones may come again. */
export const consoleSink = sinkKind<z.infer<typeof config>>({
  kind: 'console',
  summary: 'Writes alerts for people: when, what, how rare and why; coloured on a terminal.',
  config,
  accepts: ['alert', 'score', 'reject'],
  async open({ colour }) {
    const colours = picocolors.createColors(colour === 'auto' ? onTerminal() : colour === 'always');
    let closed = false;
    return {
      async write(batch, signal) {
        if (closed) throw new Failure('sink/unavailable', 'the console is closed');
        await writeOut(batch.map(({ output }) => consoleLines(output, colours)).join(''), signal);
      },
      async close() {
        closed = true;
      },
    };
  },
});

function onTerminal(): boolean {
  return picocolors.isColorSupported && process.stdout.isTTY === true;
}
