import { once } from 'node:events';
import process from 'node:process';
import pc from 'picocolors';
import { z } from 'zod';
import { Failure } from '../errors/failure.ts';
import type { AlertOutput, Output, RejectOutput, ScoreOutput } from '../event/output.ts';
import { sinkKind } from './sink.ts';

const config = z.strictObject({
  kind: z.literal('console').describe('Readable lines on the terminal.'),
  color: z.enum(['auto', 'always', 'never']).default('auto').describe('`auto`: on a terminal, unless NO_COLOR is set.'),
});

/** Alerts as a person reads them, one line each and the explanation below. */
export const consoleSink = sinkKind<z.output<typeof config>>({
  kind: 'console',
  summary: 'Prints alerts in words to standard output, coloured on a terminal.',
  config,
  accepts: ['alert', 'score', 'reject'],
  async open({ color }) {
    const paint = pc.createColors(
      color === 'auto' ? pc.isColorSupported && process.stdout.isTTY === true : color === 'always',
    );
    let closed = false;
    return {
      async write(batch, signal) {
        if (closed) throw new Failure('sink/unavailable', 'the console sink is closed');
        signal.throwIfAborted();
        const text = batch.map(({ output }) => `${line(output, paint)}\n`).join('');
        if (!process.stdout.write(text)) await once(process.stdout, 'drain', { signal });
      },
      async close() {
        closed = true;
      },
    };
  },
});

type Paint = ReturnType<typeof pc.createColors>;

/** One output as text for people; two lines for an alert. */
export function line(output: Output, paint: Paint): string {
  if (output.kind === 'alert') return alertLines(output, paint);
  if (output.kind === 'reject') return rejectLine(output, paint);
  return scoreLine(output, paint);
}

function alertLines(alert: AlertOutput, paint: Paint): string {
  const color = alert.state === 'resolved' ? paint.green : alert.severity === 'critical' ? paint.red : paint.yellow;
  const label = alert.state === 'resolved' ? 'RESOLVED' : alert.severity.toUpperCase();
  const head = `${color(paint.bold(label.padEnd(8)))} ${paint.bold(`${alert.stream}/${alert.series}`)}`;
  const numbers = alert.reason === 'silent' ? '' : ` ${alert.bits.toFixed(1)} bits, score ${alert.score.toFixed(2)}`;
  return `${paint.dim(time(alert.timeMs))} ${head}${paint.dim(`${numbers} [${alert.id}]`)}\n  ${alert.summary}`;
}

function rejectLine({ timeMs, stream, reason, message }: RejectOutput, paint: Paint): string {
  const when = timeMs === undefined ? ' '.repeat(20) : time(timeMs);
  return `${paint.dim(when)} ${paint.magenta('REJECTED')} ${stream} ${message} ${paint.dim(`[${reason}]`)}`;
}

function scoreLine({ timeMs, stream, series, channels, lead, bits, score }: ScoreOutput, paint: Paint): string {
  const { channel, value, expected } = channels[lead];
  const seen = `${channel} ${value ?? 'missing'}, expected ${expected?.toPrecision(5) ?? 'nothing yet'}`;
  return `${paint.dim(time(timeMs))} ${stream}/${series} ${seen} ${paint.dim(`${bits.toFixed(1)} bits, score ${score.toFixed(2)}`)}`;
}

function time(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
}
