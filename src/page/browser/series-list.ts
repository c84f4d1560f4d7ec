import type { SeriesRow } from '../../live/schema.ts';
import { fill, h } from './dom.ts';
import { mark, sketch, stateMark } from './marks.ts';
import { quantity } from './words.ts';

const ROW_PX = 60;
/** Rows asked for beyond those that are seen, on each side. */
const MARGIN = 12;

/** What the list asks, and reports. */
export interface ListEvents {
  /** More rows than are known are seen: from `offset` on. */
  readonly need: (offset: number, limit: number) => void;
  readonly choose: (row: SeriesRow) => void;
}

/** A list of thousands of series of which only those in sight exist as elements. Arrow keys move, Enter opens. */
export class SeriesList {
  readonly element: HTMLElement;
  readonly #height = h('div', { class: 'height', role: 'presentation' });
  readonly #events: ListEvents;
  #rows: readonly SeriesRow[] = [];
  #offset = 0;
  #total = 0;
  #active = 0;
  #selected = '';

  constructor(events: ListEvents) {
    this.#events = events;
    this.element = h(
      'div',
      {
        class: 'list',
        role: 'listbox',
        tabindex: 0,
        'aria-label': 'Series',
        onscroll: () => this.#scrolled(),
        onkeydown: (event) => this.#key(event as KeyboardEvent),
      },
      this.#height,
    );
  }

  /** The rows that are in sight now, with a margin. */
  get window(): { readonly offset: number; readonly limit: number } {
    const first = Math.floor(this.element.scrollTop / ROW_PX);
    const seen = Math.ceil((this.element.clientHeight || 600) / ROW_PX);
    return { offset: Math.max(0, first - MARGIN), limit: Math.min(seen + 2 * MARGIN, 500) };
  }

  /** Shows rows that were asked for. */
  show(total: number, offset: number, rows: readonly SeriesRow[]): void {
    this.#total = total;
    this.#offset = offset;
    this.#rows = rows;
    this.#active = Math.min(this.#active, Math.max(total - 1, 0));
    this.#draw();
  }

  /** Marks the series that is open. */
  select(stream: string | undefined, series: string | undefined): void {
    this.#selected = keyOf(stream ?? '', series ?? '');
    this.#draw();
  }

  /** To the top, as after another search. */
  reset(): void {
    this.#active = 0;
    this.element.scrollTop = 0;
  }

  #draw(): void {
    this.#height.style.height = `${this.#total * ROW_PX}px`;
    fill(this.#height, ...this.#rows.map((row, i) => this.#row(row, this.#offset + i)));
    if (this.#total > 0) this.element.setAttribute('aria-activedescendant', `series-${this.#active}`);
    else this.element.removeAttribute('aria-activedescendant');
  }

  #row(row: SeriesRow, index: number): HTMLElement {
    const isSelected = keyOf(row.stream, row.name) === this.#selected;
    const element = h(
      'div',
      {
        class: `row${index === this.#active ? ' active' : ''}`,
        id: `series-${index}`,
        role: 'option',
        'aria-selected': isSelected ? 'true' : 'false',
        'aria-setsize': this.#total,
        'aria-posinset': index + 1,
        title: `${row.name} of ${row.stream}`,
        onclick: () => this.#open(index),
      },
      h('div', { class: 'name' }, row.alert === '' ? null : stateMark('firing'), h('span', {}, row.name)),
      sketch(row.sketch),
      scoreOf(row),
      h('div', { class: 'sub' }, `${row.stream} · ${row.channel} ${quantity(row.value, row.unit)}`),
    );
    element.style.top = `${index * ROW_PX}px`;
    return element;
  }

  #scrolled(): void {
    const { offset, limit } = this.window;
    const isKnown = offset >= this.#offset && Math.min(offset + limit, this.#total) <= this.#offset + this.#rows.length;
    if (!isKnown) this.#events.need(offset, limit);
  }

  #open(index: number): void {
    this.#active = index;
    const row = this.#rows[index - this.#offset];
    if (row !== undefined) this.#events.choose(row);
    this.#draw();
  }

  #key(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor(this.element.clientHeight / ROW_PX) - 1);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: this.#active + 1,
      ArrowUp: this.#active - 1,
      PageDown: this.#active + page,
      PageUp: this.#active - page,
      Home: 0,
      End: this.#total - 1,
    };
    if (event.key === 'Enter' || event.key === ' ') this.#open(this.#active);
    else if (event.key in moves) this.#moveTo(moves[event.key]);
    else return;
    event.preventDefault();
  }

  #moveTo(index: number): void {
    this.#active = Math.min(Math.max(index, 0), Math.max(this.#total - 1, 0));
    const top = this.#active * ROW_PX;
    const { scrollTop, clientHeight } = this.element;
    if (top < scrollTop) this.element.scrollTop = top;
    else if (top + ROW_PX > scrollTop + clientHeight) this.element.scrollTop = top + ROW_PX - clientHeight;
    this.#draw();
  }
}

function scoreOf({ score, warming, alert }: SeriesRow): HTMLElement {
  if (warming) return h('div', { class: 'score', title: 'Too new to raise alerts' }, mark('', 'new'));
  const bar = h('i');
  bar.style.width = `${Math.round(100 * score)}%`;
  const meter = h('span', { class: `meter${score >= 0.5 || alert !== '' ? ' alarm' : ''}` }, bar);
  const words = h('span', { class: 'visually-hidden' }, 'score ');
  return h('div', { class: 'score', title: 'Score; 0.5 is the alarm' }, words, score.toFixed(2), meter);
}

function keyOf(stream: string, series: string): string {
  return JSON.stringify([stream, series]);
}
