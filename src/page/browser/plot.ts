import type Plot from 'uplot';
import { colour } from './colours.ts';
import { valueRange } from './points.ts';
import { STRIP_PX } from './regimes.ts';
import { short } from './words.ts';

/** An alert on the time axis. */
export interface Span {
  readonly startMs: number;
  /** As far as is known where it still fires. */
  readonly endMs: number;
  readonly isCritical: boolean;
}

/** What a plot calls. */
export interface PlotEvents {
  /** A range was chosen, ms. */
  readonly zoom: (from: number, to: number) => void;
  /** The pointer is over a row; undefined = over none. */
  readonly point: (row: number | undefined) => void;
  readonly spans: () => readonly Span[];
  /** What is drawn below the time axis. */
  readonly below: (u: Plot) => void;
}

/** The scale of the surprisal reaches at least so far. */
const LEAST_BITS = 8;
const DAY = '{D} {MMM}';
const CLOCK = '{HH}:{mm}';
/** uPlot's columns: step of the ticks, text, and what is added where a year, month, day, hour, minute begins. */
const TIMES: readonly (readonly (number | string | null)[])[] = [
  [31_536e6, '{YYYY}', null, null, null, null, null, null, 1],
  [24_192e5, '{MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [864e5, DAY, '\n{YYYY}', null, null, null, null, null, 1],
  [6e4, CLOCK, `\n${DAY} {YYYY}`, null, `\n${DAY}`, null, null, null, 1],
  [1e3, ':{ss}', `\n${DAY} ${CLOCK}`, null, `\n${DAY} ${CLOCK}`, null, `\n${CLOCK}`, null, 1],
  [1, ':{ss}.{fff}', `\n${DAY} ${CLOCK}`, null, `\n${DAY} ${CLOCK}`, null, `\n${CLOCK}`, null, 1],
];

/**
 * One channel: what was seen, what was expected with its band, the surprisal as bars below, alerts as marked spans.
 * Times are UTC.
 */
export function plot(holder: HTMLElement, height: number, data: Plot.AlignedData, events: PlotEvents): Plot {
  const options: Plot.Options = {
    width: Math.max(holder.clientWidth, 200),
    height,
    ms: 1,
    tzDate: (ms) => uPlot.tzDate(new Date(ms), 'UTC'),
    legend: { show: false },
    cursor: { sync: { key: 'series' }, drag: { x: true, y: false, setScale: false }, points: { size: 7 } },
    scales: {
      x: { time: true },
      y: { range: (u) => rangeOf(u) },
      bits: { range: (_, __, max) => [0, Math.max(max, LEAST_BITS) * 4.2] },
    },
    axes: [
      axis({ values: TIMES as Plot.Axis.Values, gap: 5 + STRIP_PX, size: 50 + STRIP_PX }),
      axis({ scale: 'y', size: 62, values: shortTicks }),
      bitsAxis(),
    ],
    bands: [{ series: [4, 3], fill: () => colour('band') }],
    series: [
      {},
      { scale: 'y', stroke: () => colour('value'), width: 1.6, points: { size: 4 } },
      { scale: 'y', stroke: () => colour('expected'), width: 1.2, dash: [5, 4], points: { show: false } },
      { scale: 'y', stroke: 'transparent', points: { show: false } },
      { scale: 'y', stroke: 'transparent', points: { show: false } },
      {
        scale: 'bits',
        fill: () => colour('bits'),
        stroke: () => colour('bits'),
        paths: bars(),
        points: { show: false },
      },
    ],
    hooks: hooksOf(events),
  };
  return new uPlot(options, data, holder);
}

/** What the plot calls as it draws, and as a person moves over it. */
function hooksOf(events: PlotEvents): Plot.Hooks.Arrays {
  return {
    drawClear: [(u) => shade(u, events.spans())],
    draw: [(u) => events.below(u)],
    setCursor: [(u) => events.point(u.cursor.idx ?? undefined)],
    setSelect: [(u) => select(u, events)],
  };
}

function axis(more: Plot.Axis): Plot.Axis {
  return {
    stroke: () => colour('quiet'),
    font: '12px system-ui, sans-serif',
    grid: { stroke: () => colour('grid'), width: 1 },
    ticks: { show: false },
    ...more,
  };
}

/** Labels only as high as the bars reach. */
function bitsAxis(): Plot.Axis {
  return axis({
    scale: 'bits',
    side: 1,
    size: 40,
    space: 14,
    grid: { show: false },
    values: (u, ticks) => ticks.map((tick) => (tick > (u.scales.bits.max ?? 0) / 3.6 ? '' : short(tick))),
  });
}

function shortTicks(_: Plot, ticks: readonly number[]): string[] {
  return ticks.map(short);
}

function bars(): Plot.Series.PathBuilder {
  const build = uPlot.paths.bars;
  if (build === undefined) throw new Error('this uPlot draws no bars');
  return build({ size: [0.7, 8, 1] });
}

function rangeOf(u: Plot): [number, number] {
  const [from, to] = u.series[0].idxs ?? [0, u.data[0].length - 1];
  return valueRange([u.data[1], u.data[3], u.data[4]], from, to);
}

function select(u: Plot, { zoom }: PlotEvents): void {
  const { left, width } = u.select;
  if (width < 4) return;
  zoom(u.posToVal(left, 'x'), u.posToVal(left + width, 'x'));
  u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
}

/** A tinted span with an edge, and a mark on top: full for critical, hollow for a warning. */
function shade(u: Plot, spans: readonly Span[]): void {
  const { ctx, bbox } = u;
  ctx.save();
  for (const { startMs, endMs, isCritical } of spans) {
    const start = u.valToPos(startMs, 'x', true);
    const end = Math.max(u.valToPos(endMs, 'x', true), start + 2);
    const right = bbox.left + bbox.width;
    if (end < bbox.left || start > right) continue;
    const left = Math.max(start, bbox.left);
    ctx.fillStyle = colour(isCritical ? 'critical' : 'warning');
    ctx.globalAlpha = 0.13;
    ctx.fillRect(left, bbox.top, Math.min(end, right) - left, bbox.height);
    ctx.globalAlpha = 1;
    if (start >= bbox.left) mark(u, start, isCritical);
  }
  ctx.restore();
}

function mark({ ctx, bbox }: Plot, x: number, isCritical: boolean): void {
  const size = 5 * devicePixelRatio;
  ctx.fillRect(x, bbox.top, devicePixelRatio, bbox.height);
  ctx.beginPath();
  ctx.moveTo(x - size, bbox.top);
  ctx.lineTo(x + size, bbox.top);
  ctx.lineTo(x, bbox.top + size * 1.4);
  ctx.closePath();
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.strokeStyle = ctx.fillStyle;
  if (isCritical) ctx.fill();
  ctx.stroke();
}
