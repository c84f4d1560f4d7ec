import type Plot from 'uplot';
import type { History } from '../../live/schema.ts';
import { forgetColours } from './colours.ts';
import { fill, h } from './dom.ts';
import { plot, type Span } from './plot.ts';
import { cappedBits, settled } from './points.ts';
import { drawRegimes, RegimeList, regimeOf } from './regimes.ts';
import { quantity, time } from './words.ts';

type Channel = History['channels'][number];

interface Drawn {
  readonly plot: Plot;
  readonly readout: HTMLElement;
}

/** A range of time, ms. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * The charts of one series, a channel each, below each other on one time axis: zoom by dragging or by keys, hover for
 * numbers.
 */
export class Charts {
  readonly element = h('div', { class: 'charts' });
  readonly #onRange: (range: Range | undefined) => void;
  #history: History | undefined;
  #spans: readonly Span[] = [];
  #range: Range | undefined;
  #drawn: readonly Drawn[] = [];
  readonly #regimes = new RegimeList();
  readonly #resize = new ResizeObserver(() => this.#fit());

  /** `onRange`: a person chose a range, or the whole. */
  constructor(onRange: (range: Range | undefined) => void) {
    this.#onRange = onRange;
    this.#resize.observe(this.element);
  }

  /** The rows to draw, and the alerts on them. */
  show(history: History, spans: readonly Span[]): void {
    const before = this.#history;
    this.#history = history;
    this.#spans = spans;
    if (before?.stream !== history.stream || before.series !== history.series) this.#build(history);
    else for (const [d, { plot }] of this.#drawn.entries()) plot.setData(dataOf(history, history.channels[d]), false);
    this.#regimes.show(history);
    this.#apply();
  }

  /** Undefined = all that there is, growing. */
  zoom(range: Range | undefined): void {
    this.#range = range;
    this.#apply();
  }

  /** Draws anew, in the colours of now. */
  redraw(): void {
    forgetColours();
    for (const { plot } of this.#drawn) plot.redraw();
  }

  close(): void {
    this.#resize.disconnect();
    for (const { plot } of this.#drawn) plot.destroy();
    this.#drawn = [];
  }

  #build(history: History): void {
    for (const { plot } of this.#drawn) plot.destroy();
    const height = history.channels.length > 2 ? 168 : 220;
    const holders = history.channels.map((channel) => this.#holder(history, channel, height));
    fill(this.element, legend(), this.#regimes.element, ...holders.map(({ figure }) => figure));
    this.#drawn = holders.map(({ holder, readout, channel }) => {
      const events = {
        zoom: (from: number, to: number) => this.#choose({ from, to }),
        point: (row: number | undefined) => this.#read(row),
        spans: () => this.#spans,
        below: (u: Plot) => this.#history && drawRegimes(u, this.#history),
      };
      return { plot: plot(holder, height, dataOf(history, channel), events), readout };
    });
    this.#read(undefined);
  }

  #holder({ series }: History, channel: Channel, height: number) {
    const says = `${channel.name} of ${series}. Arrow keys move, plus and minus zoom, 0 shows everything.`;
    const holder = h('div', {
      class: 'chart',
      tabindex: 0,
      role: 'group',
      'aria-label': says,
      onkeydown: (event) => this.#key(event as KeyboardEvent),
      ondblclick: () => this.#choose(undefined),
    });
    holder.style.minHeight = `${height}px`;
    const readout = h('span', { class: 'readout' });
    const figure = h('figure', { class: 'plot' }, h('figcaption', {}, h('b', {}, channel.name), readout), holder);
    return { figure, holder, readout, channel };
  }

  #choose(range: Range | undefined): void {
    this.zoom(range);
    this.#onRange(range);
  }

  #apply(): void {
    const times = this.#history?.timeMs ?? [];
    if (times.length === 0) return;
    const [first, last] = [times[0], times[times.length - 1]];
    const { from, to } = this.#range ?? { from: first, to: last };
    for (const { plot } of this.#drawn) plot.setScale('x', { min: from, max: to > from ? to : from + 1_000 });
    this.#read(undefined);
  }

  /** Beside each channel: the row under the pointer, or the newest. */
  #read(row: number | undefined): void {
    const history = this.#history;
    const at = row ?? (history?.timeMs.length ?? 0) - 1;
    if (history === undefined || at < 0) return;
    const regime = regimeOf(history, at);
    this.#drawn.forEach(({ readout }, d) => {
      const { unit, value, expected, lower, upper, bits } = history.channels[d];
      const shown = (column: readonly (number | null)[]) => quantity(settled(column[at], value));
      const band = lower[at] === null ? '' : ` (${shown(lower)} to ${shown(upper)})`;
      const words = `seen ${quantity(value[at], unit)} · expected ${quantity(settled(expected[at], value), unit)}${band} · ${quantity(bits[at])} bits`;
      const more = d === 0 && regime !== '' ? ` · ${regime}` : '';
      fill(readout, `${time(history.timeMs[at])} UTC · ${words}${more}`);
    });
  }

  #fit(): void {
    const width = this.element.clientWidth;
    if (width > 0) for (const { plot } of this.#drawn) plot.setSize({ width, height: plot.height });
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const times = this.#history?.timeMs ?? [];
    const { from, to } = this.#range ?? { from: times[0], to: times[times.length - 1] };
    const fifth = (to - from) / 5;
    const ranges: Readonly<Record<string, Range | undefined>> = {
      ArrowLeft: { from: from - fifth, to: to - fifth },
      ArrowRight: { from: from + fifth, to: to + fifth },
      '+': { from: from + fifth, to: to - fifth },
      '=': { from: from + fifth, to: to - fifth },
      '-': { from: from - 1.67 * fifth, to: to + 1.67 * fifth },
      0: undefined,
    };
    if (!(event.key in ranges)) return;
    event.preventDefault();
    this.#choose(ranges[event.key]);
  }
}

function dataOf({ timeMs }: History, { value, expected, lower, upper, bits }: Channel): Plot.AlignedData {
  return [timeMs, value, expected, lower, upper, cappedBits(bits)];
}

function legend(): HTMLElement {
  const keys = [
    ['value', 'seen'],
    ['expected', 'expected'],
    ['band', '95 % of what was expected'],
    ['bits', 'surprisal, bits (right)'],
    ['incident', 'alert'],
  ];
  const items = keys.map(([key, words]) => h('li', {}, h('i', { class: `key ${key}` }), words));
  const hint = h('li', { class: 'hint' }, 'Drag to zoom, double-click for everything. Times are UTC.');
  return h('ul', { class: 'legend', 'aria-label': 'Legend' }, ...items, hint);
}
