import type { AlertRecord, History } from '../../live/schema.ts';
import { alertLink } from './alert-list.ts';
import { api, type Beat } from './api.ts';
import { Charts, type Range } from './charts.ts';
import { fill, h } from './dom.ts';
import { Fetching } from './fetching.ts';
import { stateMark } from './marks.ts';
import { joined, settled } from './points.ts';
import type { Page, View } from './view.ts';
import { WhatIfCard } from './what-if-card.ts';
import { counted, quantity, time } from './words.ts';

/** One series: its charts, its newest row in figures, its alerts. */
export class SeriesPanel {
  readonly element = h('div');
  readonly #page: Page;
  readonly #head = h('div', { class: 'head' });
  readonly #facts = h('dl', { class: 'facts' });
  readonly #alertCard = h('section', { class: 'card', 'aria-label': 'Alerts of this series' });
  readonly #whatIf = new WhatIfCard();
  readonly #charts: Charts;
  readonly #whole: HTMLElement;
  readonly #histories: Fetching;
  readonly #alertsFetched: Fetching;
  #history: History | undefined;
  #alerts: readonly AlertRecord[] = [];
  #version = '';
  #opened = '';

  constructor(page: Page) {
    this.#page = page;
    this.#histories = new Fetching(page.failed);
    this.#alertsFetched = new Fetching(page.failed);
    this.#charts = new Charts((range) => this.#ranged(range));
    const whole = { class: 'button', type: 'button', hidden: true, onclick: () => this.#reset() };
    this.#whole = h('button', whole, 'Follow the newest');
  }

  /** What is known of the series so far, for the server to continue from. */
  get watched(): ReturnType<View['watched']> {
    if (this.#history === undefined) return undefined;
    const { stream, series, timeMs } = this.#history;
    const after = timeMs.at(-1);
    return after === undefined ? { stream, series } : { stream, series, after };
  }

  /** Opens a series, or another range of the one that is open; `ready` once its rows are known. */
  async show(stream: string, series: string, range: Range | undefined, ready: () => void): Promise<void> {
    const name = JSON.stringify([stream, series]);
    this.#whole.hidden = range === undefined;
    if (name === this.#opened) {
      this.#charts.zoom(range);
      return;
    }
    this.#opened = name;
    this.#history = undefined;
    this.#alerts = [];
    this.#charts.zoom(range);
    const gone = () => fill(this.element, this.#back(), nothingOf(stream, series));
    await this.#histories.run(
      api.history(stream, series),
      (history) => {
        this.#history = history;
        const card = h('section', { class: 'card', 'aria-label': 'Charts' }, this.#charts.element);
        this.#whatIf.open(history);
        fill(this.element, this.#head, this.#facts, card, this.#alertCard, this.#whatIf.element);
        this.#draw();
        this.#fetchAlerts();
        ready();
      },
      gone,
    );
  }

  beat({ pulse, points }: Beat): void {
    const history = this.#history;
    if (history === undefined) return;
    if (pulse.alertsVersion !== this.#version) {
      this.#version = pulse.alertsVersion;
      this.#fetchAlerts();
    }
    if (points === null || points.series !== history.series || points.stream !== history.stream) return;
    if (points.timeMs.length === 0) return;
    if (points.regimesMerged !== history.regimesMerged) {
      this.#fetchAgain(history);
      return;
    }
    this.#history = joined(history, points);
    this.#draw();
  }

  redraw(): void {
    this.#charts.redraw();
  }

  close(): void {
    this.#histories.forget();
    this.#alertsFetched.forget();
    this.#charts.close();
  }

  /** Two regimes have become one: earlier rows are of another now. */
  #fetchAgain({ stream, series }: History): void {
    void this.#histories.run(api.history(stream, series), (history) => {
      this.#history = history;
      this.#draw();
    });
  }

  #fetchAlerts(): void {
    const history = this.#history;
    if (history === undefined) return;
    const { stream, series } = history;
    void this.#alertsFetched.run(api.alerts({ stream, series, limit: 50 }), ({ alerts }) => {
      this.#alerts = alerts;
      this.#draw();
    });
  }

  #draw(): void {
    const history = this.#history;
    if (history === undefined) return;
    const newest = history.timeMs.length - 1;
    const firing = this.#alerts.some(({ state }) => state === 'firing');
    const over = h('p', { class: 'over' }, history.stream, firing ? stateMark('firing') : null);
    const what = h('div', { class: 'what' }, over, h('h1', {}, history.series));
    fill(this.#head, this.#back(), what, h('div', { class: 'actions' }, this.#whole));
    fill(this.#facts, ...facts(history, newest));
    this.#charts.show(history, spansOf(this.#alerts, history.timeMs[newest] ?? 0));
    const links = this.#alerts.map((alert) => alertLink(alert, false, this.#page));
    const none = h('p', { class: 'calm' }, 'None among those that are kept.');
    fill(this.#alertCard, h('h2', {}, counted(links.length, 'alert')), ...(links.length > 0 ? links : [none]));
  }

  #back(): HTMLElement {
    const back = () => this.#page.go({ view: 'live' });
    return h('button', { class: 'button back', type: 'button', onclick: back }, '← Series');
  }

  #ranged(range: Range | undefined): void {
    const history = this.#history;
    if (history === undefined) return;
    this.#whole.hidden = range === undefined;
    const { stream, series } = history;
    const rounded = range && { from: Math.round(range.from), to: Math.round(range.to) };
    this.#page.go({ view: 'live', stream, series, ...rounded }, true);
  }

  #reset(): void {
    this.#charts.zoom(undefined);
    this.#ranged(undefined);
  }
}

/** Alerts as the charts draw them; those that fire reach to the newest row. */
export function spansOf(alerts: readonly AlertRecord[], newestMs: number) {
  return alerts.map(({ startMs, endMs, severity }) => {
    return { startMs, endMs: endMs ?? Math.max(newestMs, startMs), isCritical: severity === 'critical' };
  });
}

function facts({ timeMs, channels, score }: History, row: number): readonly HTMLElement[] {
  if (row < 0) return [];
  const fact = (name: string, value: string, more: string) =>
    h('div', {}, h('dt', {}, name), h('dd', {}, value, h('small', {}, more)));
  const values = channels.slice(0, 6).map(({ name, unit, value, expected }) => {
    return fact(name, quantity(value[row], unit), `expected ${quantity(settled(expected[row], value), unit)}`);
  });
  const bits = channels.reduce((sum, channel) => sum + channel.bits[row], 0);
  const surprise = fact(
    'surprisal',
    `${quantity(Number(bits.toPrecision(3)))} bits`,
    `score ${score[row].toFixed(2)}; 0.5 is the alarm`,
  );
  const newest = fact('newest row', time(timeMs[row]).slice(11), `${time(timeMs[row]).slice(0, 10)} UTC`);
  return [...values, surprise, newest];
}

function nothingOf(stream: string, series: string): HTMLElement {
  const words = `The page keeps no rows of ${series} of ${stream}: it has sent none since the start, or there are more series than server.page.max_series.`;
  return h('p', { class: 'empty' }, words);
}
