import type { Pulse } from '../../live/schema.ts';
import { follow } from './alert-list.ts';
import { fill, h, svg } from './dom.ts';
import { hrefOf, type Route } from './route.ts';
import { count } from './words.ts';

const THEME = 'surprisal-theme';
/** Beats over which the rate is taken. */
const RATED = 6;
const VIEWS = [
  ['live', 'Live'],
  ['alerts', 'Alerts'],
  ['verdicts', 'Verdicts'],
  ['health', 'Health'],
] as const;

/** What the bar reports to the page. */
export interface BarEvents {
  readonly go: (route: Route) => void;
  readonly paused: (isPaused: boolean) => void;
  readonly themed: () => void;
}

/** The bar on top: views, how the connection is, pause, theme. */
export class Bar {
  readonly #events: BarEvents;
  readonly #links = new Map<Route['view'], HTMLElement>();
  readonly #count = h('span', { class: 'count', hidden: true });
  readonly #state = h('div', { class: 'state waiting', role: 'status' }, h('i'), h('span', {}, 'Connecting'));
  readonly #pause: HTMLElement;
  #isPaused = false;
  #rows: readonly { readonly count: number; readonly atMs: number }[] = [];

  constructor(element: Element, events: BarEvents) {
    this.#events = events;
    document.documentElement.dataset.theme = localStorage.getItem(THEME) ?? '';
    this.#pause = h('button', { class: 'button icon', type: 'button', onclick: () => this.#toggle() });
    this.#drawPause();
    const theme = h(
      'button',
      {
        class: 'button icon',
        type: 'button',
        'aria-label': 'Light or dark',
        title: 'Light or dark',
        onclick: () => this.#theme(),
      },
      icon('M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm0 1.6a5.4 5.4 0 0 1 0 10.8z'),
    );
    const links = VIEWS.map(([view, name]) => this.#link(view, name));
    const home = {
      class: 'brand',
      href: './',
      onclick: (event: Event) => follow(event, () => events.go({ view: 'live' })),
    };
    fill(
      element,
      h('a', home, logo(), 'Surprisal'),
      h('nav', { 'aria-label': 'Views' }, ...links),
      h('div', { class: 'spacer' }),
      this.#state,
      this.#pause,
      theme,
    );
  }

  /** Marks the view that is shown. */
  show(view: Route['view']): void {
    for (const [each, link] of this.#links) {
      if (each === view) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
  }

  /** The server is there, and says this. */
  beat({ firing, streams }: Pulse): void {
    this.#count.hidden = false;
    this.#count.className = firing > 0 ? 'count alarm' : 'count';
    fill(this.#count, count(firing), h('span', { class: 'visually-hidden' }, ' firing'));
    const rows = { count: streams.reduce((sum, stream) => sum + stream.rows, 0), atMs: performance.now() };
    this.#rows = [...this.#rows, rows].slice(-RATED);
    const [first] = this.#rows;
    const seconds = (rows.atMs - first.atMs) / 1_000;
    this.#say('', seconds < 1.5 ? 'Live' : `Live · ${count(Math.max(0, rows.count - first.count) / seconds)} rows/s`);
  }

  /** The server does not answer. */
  lost(): void {
    this.#rows = [];
    if (!this.#isPaused) this.#say('waiting', 'Reconnecting');
  }

  #say(kind: string, words: string): void {
    this.#state.className = `state ${kind}`;
    fill(this.#state, h('i'), h('span', {}, words));
  }

  #toggle(): void {
    this.#isPaused = !this.#isPaused;
    this.#rows = [];
    this.#drawPause();
    if (this.#isPaused) this.#say('paused', 'Paused');
    else this.#say('waiting', 'Connecting');
    this.#events.paused(this.#isPaused);
  }

  #drawPause(): void {
    const says = this.#isPaused ? 'Continue' : 'Pause';
    this.#pause.setAttribute('aria-label', says);
    this.#pause.setAttribute('title', says);
    fill(this.#pause, icon(this.#isPaused ? 'M4 2.5v11l9-5.5z' : 'M4 2.5h3v11H4zM9 2.5h3v11H9z'));
  }

  #theme(): void {
    const isDark = getComputedStyle(document.body).backgroundColor === 'rgb(13, 16, 21)';
    const theme = isDark ? 'light' : 'dark';
    document.documentElement.dataset.theme = theme;
    localStorage.setItem(THEME, theme);
    this.#events.themed();
  }

  #link(view: Route['view'], name: string): HTMLElement {
    const route = { view } as Route;
    const props = { href: hrefOf(route), onclick: (event: Event) => follow(event, () => this.#events.go(route)) };
    const link = h('a', props, name, view === 'alerts' ? this.#count : null);
    this.#links.set(view, link);
    return link;
  }
}

function icon(path: string): SVGElement {
  return svg(
    'svg',
    { viewBox: '0 0 16 16', fill: 'currentColor', 'fill-rule': 'evenodd', 'aria-hidden': 'true' },
    svg('path', { d: path }),
  );
}

function logo(): SVGElement {
  const line = {
    d: 'M4 20h7l3-12 5 17 3-9 2 4h4',
    fill: 'none',
    stroke: '#fff',
    'stroke-width': 2.6,
    'stroke-linejoin': 'round',
    'stroke-linecap': 'round',
  };
  return svg(
    'svg',
    { viewBox: '0 0 32 32', 'aria-hidden': 'true' },
    svg('rect', { width: 32, height: 32, rx: 8, fill: '#2f5bea' }),
    svg('path', line),
  );
}
