import type { VerdictRecord } from '../../live/schema.ts';
import { follow } from './alert-list.ts';
import { ApiError, api } from './api.ts';
import { fill, h } from './dom.ts';
import { Fetching } from './fetching.ts';
import { mark } from './marks.ts';
import { hrefOf, type Route } from './route.ts';
import type { Page, View } from './view.ts';
import { counted, reasonTitle, time } from './words.ts';

/** Beats between two looks. */
const EVERY = 3;

/** All verdicts that are kept, newest first: on what, until when they count, and a button that withdraws each. */
export class VerdictsView implements View {
  readonly element = h('div', { class: 'page', tabindex: 0, role: 'region', 'aria-label': 'Verdicts' });
  readonly #page: Page;
  readonly #fetching: Fetching;
  readonly #says = h('p', { class: 'calm', role: 'status' });
  readonly #content = h('div');
  #beats = 0;
  #shown = '';

  constructor(page: Page) {
    this.#page = page;
    this.#fetching = new Fetching(page.failed);
    fill(this.element, h('h1', {}, 'Verdicts'), this.#says, this.#content);
  }

  show(): void {
    void this.#fetching.run(api.verdicts(), (verdicts) => this.#draw(verdicts));
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

  #draw(verdicts: readonly VerdictRecord[]): void {
    const text = JSON.stringify(verdicts);
    if (text === this.#shown) return;
    this.#shown = text;
    if (verdicts.length === 0) {
      const words = 'No verdicts. Open an alert and say whether it is expected or real.';
      fill(this.#content, h('p', { class: 'empty' }, words));
      return;
    }
    const newest = [...verdicts].sort((a, b) => b.givenMs - a.givenMs);
    const head = ['Alert', 'Verdict', 'Note', 'Given', 'Counts until', 'Undo'];
    const cells = head.map((name) => h('th', { scope: 'col' }, name));
    const rows = newest.map((given) => this.#row(given));
    const table = h('table', {}, h('thead', {}, h('tr', {}, ...cells)), h('tbody', {}, ...rows));
    const title = `${counted(verdicts.length, 'verdict')}; times are event time, UTC`;
    fill(this.#content, h('section', { class: 'card', 'aria-label': 'Verdicts' }, h('h2', {}, title), table));
  }

  #row(given: VerdictRecord): HTMLElement {
    const { alert, stream, series, reason, channel, verdict, note, givenMs, untilMs } = given;
    const route: Route = { view: 'alerts', alert };
    const open = (event: Event) => follow(event, () => this.#page.go(route));
    const what = `${stream} · ${series} · ${reasonTitle(reason)}${channel === '' ? '' : `: ${channel}`}`;
    const undo = { class: 'button', type: 'button', 'aria-label': `Undo the verdict on ${series}` };
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, h('a', { href: hrefOf(route), onclick: open }, what)),
      h('td', {}, mark(verdict === 'expected' ? 'good' : 'warning', verdict)),
      h('td', {}, note),
      h('td', {}, time(givenMs)),
      h('td', {}, time(untilMs)),
      h('td', {}, h('button', { ...undo, onclick: () => this.#undo(alert, series) }, 'Undo')),
    );
  }

  #undo(alert: string, series: string): void {
    fill(this.#says, 'Sending…');
    api.giveVerdict(alert, 'none', '').then(
      () => {
        fill(this.#says, `The verdict on ${series} is withdrawn`);
        this.show();
      },
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        fill(this.#says, error.message);
      },
    );
  }
}
