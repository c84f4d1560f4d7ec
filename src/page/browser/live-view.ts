import { api, type Beat } from './api.ts';
import { fill, h } from './dom.ts';
import { Fetching } from './fetching.ts';
import type { Route } from './route.ts';
import { SeriesList } from './series-list.ts';
import { SeriesPanel } from './series-panel.ts';
import type { Page, View } from './view.ts';
import { counted } from './words.ts';

/** Beats between two looks at the list. */
const EVERY = 2;
const TYPED_MS = 150;

/** Streams and their series on the left, one series on the right. */
export class LiveView implements View {
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #restart: () => void;
  readonly #list: SeriesList;
  readonly #panel: SeriesPanel;
  readonly #fetching: Fetching;
  readonly #found = h('p', { class: 'found', role: 'status' });
  readonly #content = h('div', { class: 'content' });
  readonly #search: HTMLInputElement;
  readonly #stream: HTMLSelectElement;
  readonly #sort: HTMLSelectElement;
  #opened = false;
  #beats = 0;
  #typing = 0;

  /** `restart`: another series is watched from now on. */
  constructor(page: Page, streams: readonly string[], restart: () => void) {
    this.#page = page;
    this.#restart = restart;
    this.#fetching = new Fetching(page.failed);
    this.#panel = new SeriesPanel(page);
    this.#list = new SeriesList({
      need: (offset, limit) => this.#fetch(offset, limit),
      choose: ({ stream, name }) => page.go({ view: 'live', stream, series: name }),
    });
    const search = { class: 'field', type: 'search', placeholder: 'Find a series', 'aria-label': 'Find a series' };
    this.#search = h('input', { ...search, oninput: () => this.#typed() });
    const again = () => this.#again();
    const all = h('option', { value: '' }, 'All streams');
    const each = streams.map((name) => h('option', { value: name }, name));
    this.#stream = h('select', { class: 'field', 'aria-label': 'Stream', onchange: again }, all, ...each);
    const sorts = [h('option', { value: 'surprise' }, 'Most surprising'), h('option', { value: 'name' }, 'By name')];
    this.#sort = h('select', { class: 'field', 'aria-label': 'Order', onchange: again }, ...sorts);
    const pair = h('div', { class: 'pair' }, this.#stream, this.#sort);
    const tools = h('div', { class: 'tools' }, this.#search, pair, this.#found);
    const side = h('section', { class: 'side', 'aria-label': 'Series' }, tools, this.#list.element);
    this.element = h('div', { class: 'split' }, side, this.#content);
    this.#choose('Choose a series on the left.');
  }

  show(route: Route): void {
    if (route.view !== 'live') return;
    const { stream, series, from, to } = route;
    this.#list.select(stream, series);
    this.#opened = stream !== undefined && series !== undefined;
    this.element.classList.toggle('open', this.#opened);
    const { offset, limit } = this.#list.window;
    this.#fetch(offset, limit);
    if (stream === undefined || series === undefined) return;
    fill(this.#content, this.#panel.element);
    const range = from === undefined || to === undefined ? undefined : { from, to };
    void this.#panel.show(stream, series, range, this.#restart);
  }

  beat(beat: Beat): void {
    this.#panel.beat(beat);
    if (++this.#beats % EVERY !== 0) return;
    const { offset, limit } = this.#list.window;
    this.#fetch(offset, limit);
  }

  watched(): ReturnType<View['watched']> {
    return this.#panel.watched;
  }

  redraw(): void {
    this.#panel.redraw();
  }

  close(): void {
    this.#fetching.forget();
    this.#panel.close();
    clearTimeout(this.#typing);
  }

  #fetch(offset: number, limit: number): void {
    const stream = this.#stream.value === '' ? undefined : this.#stream.value;
    const search = this.#search.value === '' ? undefined : this.#search.value;
    const query = { stream, search, sort: this.#sort.value, offset, limit };
    void this.#fetching.run(api.series(query), ({ total, series }) => {
      fill(
        this.#found,
        search === undefined ? counted(total, 'series', 'series') : `${counted(total, 'series', 'series')} found`,
      );
      this.#list.show(total, offset, series);
      // On a wide screen there is always something to see.
      const [first] = series;
      const isWide = matchMedia('(min-width: 861px)').matches;
      if (!this.#opened && isWide && first !== undefined && search === undefined) {
        this.#page.go({ view: 'live', stream: first.stream, series: first.name }, true);
      }
      if (total === 0 && !this.#opened) this.#choose('No series yet: they appear here with their first scored row.');
    });
  }

  #choose(words: string): void {
    fill(this.#content, h('p', { class: 'empty' }, words));
  }

  #again(): void {
    this.#list.reset();
    this.#fetch(0, this.#list.window.limit);
  }

  #typed(): void {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#again(), TYPED_MS);
  }
}
