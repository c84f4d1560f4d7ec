import type { HealthReport, SinkHealth, StreamHealth } from '../../live/schema.ts';
import { api } from './api.ts';
import { fill, h } from './dom.ts';
import { Fetching } from './fetching.ts';
import { mark } from './marks.ts';
import type { Page, View } from './view.ts';
import { count, counted, duration, quantity, time } from './words.ts';

/** Beats between two looks. */
const EVERY = 3;

/** How every stream and every sink is doing; those in trouble come first. */
export class HealthView implements View {
  readonly element = h('div', { class: 'page', tabindex: 0, role: 'region', 'aria-label': 'Health' });
  readonly #fetching: Fetching;
  #beats = 0;
  #shown = '';

  constructor(page: Page) {
    this.#fetching = new Fetching(page.failed);
  }

  show(): void {
    void this.#fetching.run(api.health(), (report) => this.#draw(report));
  }

  beat(): void {
    if (++this.#beats % EVERY === 0) this.show();
  }

  watched(): undefined {
    return undefined;
  }

  redraw(): void {}

  close(): void {
    this.#fetching.forget();
  }

  #draw(report: HealthReport): void {
    const text = JSON.stringify(report);
    if (text === this.#shown) return;
    this.#shown = text;
    const isOpen = new Set([...this.element.querySelectorAll('details[open]')].map(({ id }) => id));
    const streams = [...report.streams].sort((a, b) => rank(a) - rank(b));
    const sinks = report.sinks.length === 0 ? null : sinkTable(report.sinks);
    const reasons = report.reasons.map((reason) => h('p', { class: 'calm' }, `Not ready: ${reason}`));
    const cards = streams.map((stream) => streamCard(stream));
    fill(this.element, h('h1', {}, 'Health'), ...reasons, h('div', { class: 'streams' }, ...cards), sinks);
    for (const details of this.element.querySelectorAll('details')) details.open = isOpen.has(details.id);
  }
}

/** What is wrong with a stream, in words; undefined = nothing. */
export function troubleOf({ records, rejected, rows }: Pick<StreamHealth, 'records' | 'rejected' | 'rows'>) {
  if (rejected > 0 && rows === 0 && rejected >= records)
    return { kind: 'critical', words: 'rejects everything' } as const;
  if (rejected > 0 && rejected * 10 >= records) {
    return { kind: 'warning', words: `rejects ${Math.round((100 * rejected) / records)} % of its records` } as const;
  }
  return undefined;
}

function rank(stream: StreamHealth): number {
  const kind = troubleOf(stream)?.kind;
  return kind === 'critical' ? 0 : kind === 'warning' ? 1 : 2;
}

function streamCard(stream: StreamHealth): HTMLElement {
  const { name, records, rows, rejected, series, shown, engine, firing, watermarkMs } = stream;
  const trouble = troubleOf(stream);
  const state = trouble === undefined ? mark('good', 'ok') : mark(trouble.kind, trouble.words);
  const fact = (key: string, value: string, kind = '') =>
    h('div', { class: kind }, h('dt', {}, key), h('dd', {}, value));
  const facts = [
    fact('records read', count(records)),
    fact('rows scored', count(rows)),
    fact('rejected', count(rejected)),
    fact('series', shown < series && shown > 0 ? `${count(series)}, ${count(shown)} drawn` : count(series)),
    fact('alerts firing', count(firing)),
    fact('engine', engine === '' ? '–' : engine),
    fact('event time', watermarkMs === null ? '–' : `${time(watermarkMs)} UTC`, 'wide'),
  ];
  return h(
    'section',
    { class: `card ${trouble?.kind ?? ''}`, 'aria-label': `Stream ${name}` },
    h('header', {}, h('h2', {}, name), state),
    h('dl', { class: 'small' }, ...facts),
    warmUp(stream),
    budget(stream),
    rejects(stream),
  );
}

function warmUp({ series, warming, warmUpPercent, warmUpSeconds }: StreamHealth): HTMLElement {
  const ready = `${counted(series - warming, 'series', 'series')} of ${count(series)} can raise alerts`;
  const eta = warming > 0 && warmUpSeconds !== null ? `all in ${duration(1_000 * warmUpSeconds)} of event time` : '';
  return progress(
    'Warm-up',
    series === 0 ? 'no series yet' : `${ready}${eta === '' ? '' : `; ${eta}`}`,
    warmUpPercent ?? 0,
  );
}

function budget({ budgetPerWeek, raisedInWeek }: StreamHealth): HTMLElement | null {
  if (budgetPerWeek === null || budgetPerWeek === 0) return null;
  const words = `${counted(raisedInWeek, 'alert')} in the last week of event time; ${quantity(Number(budgetPerWeek.toPrecision(3)))} false alarms a week allowed`;
  return progress('Budget', words, (100 * raisedInWeek) / budgetPerWeek);
}

function progress(name: string, words: string, percent: number): HTMLElement {
  const bar = h('i');
  bar.style.width = `${Math.min(100, Math.max(0, percent))}%`;
  const line = h('div', { class: 'line' }, h('span', {}, name), h('span', {}, words));
  return h(
    'div',
    { class: `progress${percent > 100 ? ' over' : ''}` },
    line,
    h('div', { class: 'bar', 'aria-hidden': 'true' }, bar),
  );
}

function rejects({ name, rejected, rejects }: StreamHealth): HTMLElement | null {
  if (rejected === 0) return null;
  const items = rejects.map(({ reason, count: times, examples }) => {
    const shown = examples.map(({ message, record }) =>
      h('div', {}, message, record === '' ? null : h('pre', {}, h('code', {}, record))),
    );
    return h('li', {}, h('b', {}, `${count(times)} × ${reason}`), ...shown);
  });
  const summary = h(
    'summary',
    {},
    `Why ${counted(rejected, 'record was', 'records were')} rejected, with the first examples`,
  );
  return h('details', { class: 'rejects', id: `rejects-${name}` }, summary, h('ul', {}, ...items));
}

function sinkTable(sinks: readonly SinkHealth[]): HTMLElement {
  const rows = sinks.map(({ name, queued, waiting, delivered, failure, off }) => {
    const state = off ? mark('critical', 'off') : failure === null ? mark('good', 'ok') : mark('warning', 'failing');
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, name),
      h('td', {}, state),
      h('td', { class: 'number' }, count(delivered)),
      h('td', { class: 'number' }, count(queued)),
      h('td', { class: 'number' }, count(waiting)),
      h('td', {}, failure ?? ''),
    );
  });
  const head = ['Sink', 'State', 'Delivered', 'Pending', 'Awaiting retry', 'Last failure'];
  const cells = head.map((name, n) => h('th', { scope: 'col', class: n > 1 && n < 5 ? 'number' : '' }, name));
  const table = h('table', {}, h('thead', {}, h('tr', {}, ...cells)), h('tbody', {}, ...rows));
  return h('section', { class: 'card', 'aria-label': 'Deliveries' }, h('h2', {}, 'Deliveries'), table);
}
