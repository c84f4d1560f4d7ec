import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { AlertOutput } from '../../../src/event/output.ts';
import { MINUTE_MS } from '../../../src/event/time.ts';
import { escapeHtml } from '../../../src/report/escape.ts';
import type { Truth } from '../../../src/simulate/truth.ts';
import { worlds } from '../../../src/simulate/worlds.ts';
import { simulated } from './simulated.ts';
import { SHOWS_IN, WORLD_SETTINGS } from './world-settings.ts';

/* node test/bench/run.mjs test/bench/detection/examples.ts [--seed 1] [--out docs/detection-examples.svg]
 * Draws five faults that were found and five that were not, at the simulators' default rates: the first of each kind, world by world. */

const EXAMPLES = 5;
const WIDTH = 420;
const HEIGHT = 120;
const PLOT = { left: 8, top: 26, width: WIDTH - 16, height: HEIGHT - 36 } as const;
/** What is drawn on each side of a fault, in its own lengths and in rows at least. */
const MARGIN = 1.5;
const LEAST_ROWS = 60;

/** A fault with what is drawn of it. */
interface Example {
  readonly title: string;
  readonly truth: Truth;
  readonly alertMs: number | undefined;
  readonly channel: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly points: [timeMs: number, value: number][];
}

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, out: { type: 'string', default: 'docs/detection-examples.svg' } },
});
const drawn = Object.keys(WORLD_SETTINGS).flatMap((world) => examplesOf(world, Number(values.seed)));
const found = firstOfEachKind(drawn.filter(({ alertMs }) => alertMs !== undefined));
const missed = firstOfEachKind(drawn.filter(({ alertMs }) => alertMs === undefined));
writeFileSync(values.out, picture([found, missed]));
for (const { title } of [...found, ...missed]) console.log(title);

function examplesOf(world: string, seed: number): Example[] {
  const { count, series, usual, rowMs } = WORLD_SETTINGS[world];
  const [fault_rate, days] = usual;
  const options = { [count]: series, days, seed, fault_rate };
  const change = <T extends { readonly network: object }>(o: T): T => ({ ...o, network: { ...o.network, seed } });
  const { truth, raised } = simulated({ world, options, change });
  const examples = truth.map((fault) => exampleOf(world, fault, alertOf(fault, raised, rowMs)));
  const wanted = [
    ...firstOfEachKind(examples.filter(({ alertMs }) => alertMs !== undefined)),
    ...firstOfEachKind(examples.filter(({ alertMs }) => alertMs === undefined)),
  ];
  const simulator = worlds.find(({ name }) => name === world);
  for (const event of simulator?.generate(simulator.options.parse(options)) ?? []) {
    for (const { truth: fault, channel, fromMs, toMs, points } of wanted) {
      if (event.series !== fault.series || event.timeMs < fromMs || event.timeMs > toMs) continue;
      points.push([event.timeMs, Number(event.fields[channel] ?? Number.NaN)]);
    }
  }
  return wanted;
}

function alertOf(fault: Truth, raised: readonly AlertOutput[], rowMs: number): AlertOutput | undefined {
  return raised.find(
    ({ series, timeMs }) => series === fault.series && timeMs >= fault.startMs && timeMs <= fault.endMs + rowMs,
  );
}

function exampleOf(world: string, truth: Truth, alert: AlertOutput | undefined): Example {
  const around = Math.max(MARGIN * (truth.endMs - truth.startMs), LEAST_ROWS * WORLD_SETTINGS[world].rowMs);
  const channel = alert?.channel ?? truth.channel ?? SHOWS_IN[truth.fault]?.[0] ?? '';
  const length = minutes(truth.endMs - truth.startMs + WORLD_SETTINGS[world].rowMs);
  const end = alert === undefined ? 'not found' : `found after ${minutes(alert.timeMs - truth.startMs)} by ${channel}`;
  return {
    ...{ title: `${truth.series}: ${truth.fault}, ${length} long, ${end}`, truth, alertMs: alert?.timeMs, channel },
    ...{ fromMs: truth.startMs - around, toMs: truth.endMs + around, points: [] },
  };
}

function minutes(ms: number): string {
  return ms < 120 * MINUTE_MS ? `${Math.round(ms / MINUTE_MS)} min` : `${Math.round(ms / (60 * MINUTE_MS))} h`;
}

/** One of each kind first, then more of those that there are. */
function firstOfEachKind(examples: readonly Example[]): Example[] {
  const firsts = examples.filter(
    ({ truth }, i) => examples.findIndex((other) => other.truth.fault === truth.fault) === i,
  );
  return [...firsts, ...examples.filter((example) => !firsts.includes(example))].slice(0, EXAMPLES);
}

function picture(columns: readonly (readonly Example[])[]): string {
  const panels = columns.flatMap((examples, column) =>
    examples.map((example, row) => `<g transform="translate(${column * WIDTH} ${row * HEIGHT})">${panel(example)}</g>`),
  );
  const size = `width="${columns.length * WIDTH}" height="${EXAMPLES * HEIGHT}"`;
  const style =
    'text{font:11px sans-serif;fill:#444}polyline{fill:none;stroke:#1f6fb2}.fault{fill:#f2c14e;opacity:.45}.alert{stroke:#c0392b;stroke-width:2}';
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}><title>Five faults found and five missed</title><style>${style}</style><rect width="100%" height="100%" fill="#fff"/>\n${panels.join('\n')}\n</svg>\n`;
}

function panel({ title, truth, alertMs, fromMs, toMs, points }: Example): string {
  const known = points.filter(([, value]) => Number.isFinite(value));
  const low = Math.min(...known.map(([, value]) => value));
  const high = Math.max(...known.map(([, value]) => value));
  const x = (timeMs: number) => (PLOT.left + (PLOT.width * (timeMs - fromMs)) / (toMs - fromMs)).toFixed(1);
  const y = (value: number) =>
    (PLOT.top + (PLOT.height * (high - value)) / Math.max(high - low, Number.EPSILON)).toFixed(1);
  const line = known.map(([timeMs, value]) => `${x(timeMs)},${y(value)}`).join(' ');
  const width = Math.max(2, Number(x(truth.endMs)) - Number(x(truth.startMs))).toFixed(1);
  const fault = `<rect class="fault" x="${x(truth.startMs)}" y="${PLOT.top}" width="${width}" height="${PLOT.height}"/>`;
  const alert =
    alertMs === undefined
      ? ''
      : `<line class="alert" x1="${x(alertMs)}" x2="${x(alertMs)}" y1="${PLOT.top}" y2="${PLOT.top + PLOT.height}"/>`;
  return `<text x="${PLOT.left}" y="18">${escapeHtml(title)}</text>${fault}<polyline points="${line}"/>${alert}`;
}
