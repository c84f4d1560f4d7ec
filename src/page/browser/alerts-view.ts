import type { AlertRecord } from '../../live/schema.ts';
import { AlertDetail } from './alert-detail.ts';
import { alertLink } from './alert-list.ts';
import { api, type Beat } from './api.ts';
import { fill, h } from './dom.ts';
import { Fetching } from './fetching.ts';
import type { Route } from './route.ts';
import type { Page, View } from './view.ts';
import { count, counted } from './words.ts';

const TYPED_MS = 150;
/** Alerts listed; more are found by searching. */
const LISTED = 200;

/** Alerts firing and past on the left, one of them explained on the right. */
export class AlertsView implements View {
  readonly element: HTMLElement;
  readonly #page: Page;
  readonly #fetching: Fetching;
  readonly #detail: AlertDetail;
  readonly #list = h('nav', { class: 'list', 'aria-label': 'Alerts' });
  readonly #found = h('p', { class: 'found', role: 'status' });
  readonly #content: HTMLElement;
  readonly #search: HTMLInputElement;
  readonly #stream: HTMLSelectElement;
  readonly #severity: HTMLSelectElement;
  readonly #states: HTMLElement;
  #state = 'all';
  #opened: string | undefined;
  #alerts: readonly AlertRecord[] = [];
  #version = '';
  #typing = 0;

  /** `restart`: another series is watched from now on. */
  constructor(page: Page, streams: readonly string[], restart: () => void) {
    this.#page = page;
    this.#fetching = new Fetching(page.failed);
    this.#detail = new AlertDetail(page, restart);
    const again = () => this.#fetch();
    const search = { class: 'field', type: 'search', placeholder: 'Find alerts', 'aria-label': 'Find alerts' };
    this.#search = h('input', { ...search, oninput: () => this.#typed() });
    const all = h('option', { value: '' }, 'All streams');
    const each = streams.map((name) => h('option', { value: name }, name));
    this.#stream = h('select', { class: 'field', 'aria-label': 'Stream', onchange: again }, all, ...each);
    const severities = [
      h('option', { value: 'all' }, 'Any severity'),
      h('option', { value: 'critical' }, 'Critical'),
      h('option', { value: 'warning' }, 'Warning'),
    ];
    this.#severity = h('select', { class: 'field', 'aria-label': 'Severity', onchange: again }, ...severities);
    this.#states = this.#segments();
    const pair = h('div', { class: 'pair' }, this.#stream, this.#severity);
    const tools = h('div', { class: 'tools' }, this.#states, this.#search, pair, this.#found);
    const side = h('section', { class: 'side', 'aria-label': 'Alerts' }, tools, this.#list);
    this.#content = h('div', { class: 'content' }, h('p', { class: 'empty' }, 'Choose an alert on the left.'));
    this.element = h('div', { class: 'split' }, side, this.#content);
  }

  show(route: Route): void {
    if (route.view !== 'alerts') return;
    this.#opened = route.alert;
    this.element.classList.toggle('open', route.alert !== undefined);
    if (route.alert !== undefined) {
      fill(this.#content, this.#detail.element);
      this.#detail.show(route.alert);
    }
    this.#draw();
    this.#fetch();
  }

  beat(beat: Beat): void {
    this.#detail.beat(beat);
    if (beat.pulse.alertsVersion === this.#version) return;
    this.#version = beat.pulse.alertsVersion;
    this.#fetch();
  }

  watched(): ReturnType<View['watched']> {
    return this.#detail.watched;
  }

  redraw(): void {
    this.#detail.redraw();
  }

  close(): void {
    this.#fetching.forget();
    this.#detail.close();
    clearTimeout(this.#typing);
  }

  #fetch(): void {
    const stream = this.#stream.value === '' ? undefined : this.#stream.value;
    const search = this.#search.value === '' ? undefined : this.#search.value;
    const query = { state: this.#state, severity: this.#severity.value, stream, search, limit: LISTED };
    void this.#fetching.run(api.alerts(query), ({ total, firing, alerts }) => {
      this.#alerts = alerts;
      const shown = total > alerts.length ? `, the newest ${count(alerts.length)} are listed` : '';
      fill(this.#found, `${counted(total, 'alert')}${shown}; ${count(firing)} firing in all`);
      this.#draw();
      const isWide = matchMedia('(min-width: 861px)').matches;
      if (this.#opened === undefined && isWide && alerts[0] !== undefined) {
        this.#page.go({ view: 'alerts', alert: alerts[0].id }, true);
      }
    });
  }

  #draw(): void {
    const scrolled = this.#list.scrollTop;
    const focused = document.activeElement instanceof HTMLAnchorElement ? document.activeElement.href : undefined;
    const links = this.#alerts.map((alert) => alertLink(alert, alert.id === this.#opened, this.#page));
    const none = h('p', { class: 'empty' }, 'No alerts: nothing was unusual enough.');
    fill(this.#list, ...(links.length > 0 ? links : [none]));
    this.#list.scrollTop = scrolled;
    links.find((link) => (link as HTMLAnchorElement).href === focused)?.focus();
  }

  #segments(): HTMLElement {
    const choices = ['all', 'firing', 'resolved'].map((state) => {
      const choose = () => {
        this.#state = state;
        this.#fetch();
      };
      const input = h('input', {
        type: 'radio',
        name: 'state',
        value: state,
        checked: state === 'all',
        onchange: choose,
      });
      return h('label', {}, input, state === 'resolved' ? 'Past' : state === 'all' ? 'All' : 'Firing');
    });
    return h('div', { class: 'segments', role: 'radiogroup', 'aria-label': 'State' }, ...choices);
  }

  #typed(): void {
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#fetch(), TYPED_MS);
  }
}
