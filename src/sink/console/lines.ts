import type { createColors } from 'picocolors';
import { grouped } from '../../event/figures.ts';
import type { AlertOutput, Output, RejectOutput, ScoreOutput } from '../../event/output.ts';

type Colours = ReturnType<typeof createColors>;

/** An output for people: one line, and for an alert its explanation on a second. Ends with a line end. */
export function consoleLines(output: Output, colours: Colours): string {
  if (output.kind === 'alert') return alertLines(output, colours);
  return output.kind === 'score' ? scoreLine(output, colours) : rejectLine(output, colours);
}

/** `1 in 40 000`, to two significant digits. */
export function oneIn(pValue: number): string {
  if (!(pValue > 0)) return 'never seen';
  return `1 in ${grouped(Number((1 / pValue).toPrecision(2)))}`;
}

function alertLines(alert: AlertOutput, colours: Colours): string {
  const { state, severity } = alert;
  const loud = severity === 'critical' ? colours.red : colours.yellow;
  const paint = state === 'firing' ? loud : colours.green;
  const word = paint(colours.bold(state.toUpperCase().padEnd(8)));
  // What is over is not rare any more, and what has no value cannot be.
  const isRare = alert.reason !== 'silent' && state === 'firing' && alert.pValue < 1;
  const rare = isRare ? `  ${colours.dim(`${alert.bits.toFixed(1)} bits, ${oneIn(alert.pValue)}`)}` : '';
  const head = `${time(alert.timeMs, colours)} ${word} ${severity.padEnd(8)} ${name(alert)}${rare}`;
  return `${head}\n    ${printable(alert.summary)}\n`;
}

function scoreLine(score: ScoreOutput, colours: Colours): string {
  const values = score.channels.map(({ channel, value }) => `${printable(channel)}=${value ?? 'missing'}`).join(' ');
  const rare = `${score.bits.toFixed(1)} bits, ${oneIn(score.pValue)}, score ${score.score.toFixed(3)}`;
  return `${time(score.timeMs, colours)} score    ${name(score)}  ${values}  ${colours.dim(rare)}\n`;
}

function rejectLine(reject: RejectOutput, colours: Colours): string {
  return `${colours.yellow('rejected')} ${printable(reject.stream)}: ${printable(reject.message)} [${reject.reason}]\n`;
}

function name({ stream, series }: { readonly stream: string; readonly series: string }): string {
  return `${printable(stream)}/${printable(series)}`;
}

function time(ms: number, colours: Colours): string {
  return colours.dim(new Date(ms).toISOString().replace('T', ' ').replace('.000Z', 'Z'));
}

/** Text from elsewhere as one line that cannot steer the terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (unit) => `\\u{${unit.codePointAt(0)?.toString(16)}}`);
}
