/**
 * The page's own script, first part: draws one chart of one series with uPlot. Runs in the browser, in the scope of the
 * page.
 */
export const chartScript = String.raw`
'use strict';
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
const short = (number) => number == null ? '–' : Math.abs(number) >= 1e6 ? number.toExponential(3) : String(Number(number.toPrecision(5)));
const utc = (ms) => new Date(ms).toISOString().replace('T', ' ').replace(/(:00)?\.000Z$/, '').replace('Z', '');

/* uPlot's columns: step of the ticks, text, and what is added where a year, month, day, hour, minute begins. */
const day = '{D} {MMM}', clock = '{HH}:{mm}';
const TIMES = [
  [31536e6, '{YYYY}', null, null, null, null, null, null, 1],
  [24192e5, '{MMM}', '\n{YYYY}', null, null, null, null, null, 1],
  [864e5, day, '\n{YYYY}', null, null, null, null, null, 1],
  [6e4, clock, '\n' + day + ' {YYYY}', null, '\n' + day, null, null, null, 1],
  [1e3, ':{ss}', '\n' + day + ' ' + clock, null, '\n' + day + ' ' + clock, null, '\n' + clock, null, 1],
  [1, ':{ss}.{fff}', '\n' + day + ' ' + clock, null, '\n' + day + ' ' + clock, null, '\n' + clock, null, 1],
];

function axes(left, right) {
  const common = () => ({
    stroke: () => colour('quiet'), font: '12px system-ui, sans-serif',
    grid: { stroke: () => colour('grid'), width: 1 }, ticks: { show: false },
  });
  const time = right ? { ...common(), values: (u, ticks) => ticks.map(() => ''), size: 8 } : { ...common(), values: TIMES };
  const all = [time, { ...common(), size: 58, scale: left, values: (u, ticks) => ticks.map(short) }];
  if (right) all.push({
    ...common(), scale: right, side: 1, size: 46, grid: { show: false }, space: 14,
    values: (u, ticks) => ticks.map((tick) => tick > u.scales[right].max / 3.5 ? '' : short(tick)),
  });
  return all;
}

/* The band may be far wider than the curve while the series is new: the curve decides, the band gets half its height on
 * each side. */
function valueRange(u) {
  const [from, to] = u.series[0].idxs ?? [0, u.data[0].length - 1];
  let low = Infinity, high = -Infinity, bandLow = Infinity, bandHigh = -Infinity;
  for (let row = from; row <= to; row++) {
    const value = u.data[1][row];
    if (value != null) { low = Math.min(low, value); high = Math.max(high, value); }
    if (u.data[3][row] != null) { bandHigh = Math.max(bandHigh, u.data[3][row]); bandLow = Math.min(bandLow, u.data[4][row]); }
  }
  if (low > high) return [bandLow < bandHigh ? bandLow : 0, bandLow < bandHigh ? bandHigh : 1];
  const span = high - low || Math.abs(high) / 10 || 1;
  const top = Math.max(high, Math.min(bandHigh, high + span / 2)), bottom = Math.min(low, Math.max(bandLow, low - span / 2));
  return [bottom - (top - bottom) * 0.32, top + (top - bottom) * 0.06];
}

function shade(u, spans, fill, edge) {
  const { ctx, bbox } = u;
  for (const [start, end] of spans) {
    const left = u.valToPos(start, 'x', true), right = Math.max(u.valToPos(end, 'x', true), left + 2);
    if (right < bbox.left || left > bbox.left + bbox.width) continue;
    const from = Math.max(left, bbox.left), to = Math.min(right, bbox.left + bbox.width);
    ctx.fillStyle = fill;
    ctx.fillRect(from, bbox.top, to - from, bbox.height);
    if (!edge || left < bbox.left) continue;
    const size = 5 * devicePixelRatio;
    ctx.fillStyle = edge;
    ctx.fillRect(left, bbox.top, devicePixelRatio, bbox.height);
    ctx.beginPath(); ctx.moveTo(left - size, bbox.top); ctx.lineTo(left + size, bbox.top); ctx.lineTo(left, bbox.top + size * 1.4); ctx.fill();
  }
}

function marks(series) {
  return (u) => {
    u.ctx.save();
    shade(u, series.labels, colour('label'));
    for (const critical of [false, true]) {
      const edge = colour(critical ? 'critical' : 'warning');
      shade(u, series.incidents.filter((incident) => incident[2] === critical), edge + '1f', edge);
    }
    u.ctx.restore();
  };
}

function threshold(u) {
  const y = u.valToPos(0.5, 'score', true);
  u.ctx.save();
  u.ctx.strokeStyle = colour('warning'); u.ctx.setLineDash([4, 4]); u.ctx.lineWidth = devicePixelRatio;
  u.ctx.beginPath(); u.ctx.moveTo(u.bbox.left, y); u.ctx.lineTo(u.bbox.left + u.bbox.width, y); u.ctx.stroke();
  u.ctx.restore();
}

const line = (name, scale, more) => ({ scale, stroke: () => colour(name), width: 1.4, points: { size: 4 }, ...more });

/* One huge surprise, as the first rows often are, must not flatten all others. */
function bitsTop(bits) {
  const sorted = Float64Array.from(bits.filter((value) => value != null)).sort();
  return Math.max(8, Math.min(sorted.at(-1) ?? 0, 3 * (sorted[Math.floor(sorted.length * 0.99)] ?? 0)));
}

function valueOptions(bits) {
  const top = bitsTop(bits);
  return {
    height: 200,
    scales: { y: { range: valueRange }, bits: { range: [0, top * 4.2] } },
    axes: axes('y', 'bits'),
    bands: [{ series: [3, 4], fill: () => colour('band') }],
    series: [{}, line('value', 'y'), line('expected', 'y', { dash: [5, 4], width: 1.1, points: { show: false } }),
      line('edge', 'y', { width: 0.6, points: { show: false } }), line('edge', 'y', { width: 0.6, points: { show: false } }),
      line('bits', 'bits', { fill: () => colour('bits'), paths: uPlot.paths.bars({ size: [0.8, 12, 1] }), points: { show: false } })],
    say: (row, data, unit) => {
      const within = data[3][row] == null ? '' : ', expected ' + short(data[2][row]) + ' in ' + short(data[4][row]) + ' – ' + short(data[3][row]);
      return short(data[1][row]) + (unit ? ' ' + unit : '') + within + ', ' + short(data[5][row]) + ' bits';
    },
  };
}

function scoreOptions() {
  return {
    height: 120, scales: { score: { range: [0, 1] } }, axes: axes('score').map((axis, place) => place ? { ...axis, splits: [0, 0.5, 1] } : axis),
    series: [{}, line('score', 'score', { fill: () => colour('score') + '22', points: { show: false } })],
    say: (row, data) => short(data[1][row]),
  };
}

/* Draws one chart; 'peers' are the charts of the same series, which zoom and point together. */
function draw(holder, series, times, unit, peers) {
  const place = Number(holder.dataset.channel);
  const { say, ...options } = place < 0 ? scoreOptions() : valueOptions(series.channels[place][4]);
  const readout = holder.parentElement.querySelector('[data-readout]');
  const data = [times, ...(place < 0 ? [series.score] : [0, 1, 3, 2, 4].map((part) => series.channels[place][part]))];
  const chart = new uPlot({
    ...options, ms: 1, width: holder.clientWidth, legend: { show: false }, padding: [10, place < 0 ? 46 : 0, 0, 0],
    tzDate: (ms) => uPlot.tzDate(new Date(ms), 'Etc/UTC'),
    cursor: { y: false, sync: { key: series.name, setSeries: false }, drag: { x: true, y: false }, points: { size: 7 } },
    hooks: {
      drawAxes: [marks(series)], draw: place < 0 ? [threshold] : [],
      setCursor: [(u) => { readout.textContent = u.cursor.idx == null ? '' : utc(times[u.cursor.idx]) + ' · ' + say(u.cursor.idx, data, unit); }],
      setScale: [(u, key) => {
        if (key !== 'x') return;
        const { min, max } = u.scales.x;
        for (const peer of peers) if (peer !== u && (peer.scales.x.min !== min || peer.scales.x.max !== max)) peer.setScale('x', { min, max });
      }],
    },
  }, data, holder);
  return chart;
}
`;
