import type { AlertRecord, History } from '../../live/schema.ts';
import { api, type Beat } from './api.ts';
import { Charts } from './charts.ts';
import { fill, h } from './dom.ts';
import { bundleButton } from './download.ts';
import { expectedAgainstSeen } from './expected.ts';
import { Fetching } from './fetching.ts';
import { severityMark, stateMark } from './marks.ts';
import { joined } from './points.ts';
import { spansOf } from './series-panel.ts';
import { quietedNotice, VerdictCards } from './verdict-cards.ts';
import type { Page, View } from './view.ts';
import { duration, isAgainstForecast, quantity, rarityIn, reasonTitle, time } from './words.ts';

/**
 * One alert: what is wrong in words, seen against expected, how rare, which channel, since when, and its series around
 * it.
 */
export class AlertDetail {
  readonly element = h('article', { 'aria-label': 'Alert' });
  readonly #page: Page;
  readonly #restart: () => void;
  readonly #alerts: Fetching;
  readonly #histories: Fetching;
  readonly #charts = new Charts(() => {});
  #alert: AlertRecord | undefined;
  #cards: VerdictCards | undefined;
  #history: History | undefined;
  #version = '';
  #id = '';

  constructor(page: Page, restart: () => void) {
    this.#page = page;
    this.#restart = restart;
    this.#alerts = new Fetching(page.failed);
    this.#histories = new Fetching(page.failed);
  }

  get watched(): ReturnType<View['watched']> {
    if (this.#history === undefined) return undefined;
    const { stream, series, timeMs } = this.#history;
    const after = timeMs.at(-1);
    return after === undefined ? { stream, series } : { stream, series, after };
  }

  show(id: string): void {
    if (id === this.#id) return;
    this.#id = id;
    this.#alert = undefined;
    this.#history = undefined;
    fill(this.element, h('p', { class: 'empty' }, 'Loading…'));
    this.#fetch();
  }

  beat({ pulse, points }: Beat): void {
    const isChanged = pulse.alertsVersion !== this.#version;
    this.#version = pulse.alertsVersion;
    if (isChanged && this.#id !== '') this.#fetch();
    const history = this.#history;
    if (history === undefined || points?.series !== history.series || points.stream !== history.stream) return;
    if (points.timeMs.length === 0) return;
    if (points.regimesMerged !== history.regimesMerged && this.#alert !== undefined) this.#fetchHistory(this.#alert);
    this.#history = joined(history, points);
    this.#drawCharts();
  }

  redraw(): void {
    this.#charts.redraw();
  }

  close(): void {
    this.#alerts.forget();
    this.#histories.forget();
    this.#charts.close();
  }

  #fetch(): void {
    const unknown = () => fill(this.element, this.#back(), unknownAlert(this.#id));
    void this.#alerts.run(
      api.alert(this.#id),
      (alert) => {
        const isNew = this.#alert?.id !== alert.id;
        const isSame = this.#alert?.revision === alert.revision && !isNew;
        this.#alert = alert;
        if (!isSame) this.#draw(alert);
        if (isNew) this.#fetchHistory(alert);
      },
      this.#alert === undefined ? unknown : () => {},
    );
  }

  #fetchHistory({ stream, series }: AlertRecord): void {
    void this.#histories.run(
      api.history(stream, series),
      (history) => {
        this.#history = history;
        this.#drawCharts();
        this.#restart();
      },
      () => {},
    );
  }

  #drawCharts(): void {
    const [alert, history] = [this.#alert, this.#history];
    if (alert === undefined || history === undefined || history.timeMs.length === 0) return;
    const last = history.timeMs[history.timeMs.length - 1];
    const isIn = alert.startMs <= last && (alert.endMs ?? last) >= history.timeMs[0];
    const card = this.element.querySelector('.history');
    if (card === null) return;
    if (!isIn) {
      const words = 'The rows of this alert are no longer kept: the series has moved on since.';
      fill(card, h('h2', {}, 'The series around it'), h('p', { class: 'calm' }, words));
      return;
    }
    if (!card.contains(this.#charts.element)) fill(card, h('h2', {}, 'The series around it'), this.#charts.element);
    this.#charts.show(history, spansOf([alert], last));
  }

  #draw(alert: AlertRecord): void {
    const { severity, state, series, stream, reason, summary } = alert;
    const over = h('div', { class: 'over' }, severityMark(severity), stateMark(state), `${stream} · ${series}`);
    const what = h(
      'div',
      { class: 'what' },
      over,
      h('h1', {}, `${reasonTitle(reason)}${alert.channel === '' ? '' : `: ${alert.channel}`}`),
    );
    const open = () => this.#page.go({ view: 'live', stream, series });
    const actions = h(
      'div',
      { class: 'actions' },
      h('button', { class: 'button', type: 'button', onclick: open }, 'Open the series'),
      bundleButton(alert.id),
      copyButton(),
    );
    const words = h('section', { class: 'card', 'aria-label': 'Explanation' }, h('p', { class: 'words' }, summary));
    const columns = h('div', { class: 'columns' }, expectedCard(alert), attributionCard(alert), statisticsCard(alert));
    const cards = this.#cards?.id === alert.id ? this.#cards : new VerdictCards(alert.id);
    this.#cards = cards;
    const history = h('section', { class: 'card history', 'aria-label': 'The series around it' });
    fill(
      this.element,
      h('div', { class: 'head' }, this.#back(), what, actions),
      quietedNotice(alert),
      words,
      facts(alert),
      columns,
      cards.element,
      history,
      stepsCard(alert),
    );
    this.#drawCharts();
  }

  #back(): HTMLElement {
    const back = () => this.#page.go({ view: 'alerts' });
    return h('button', { class: 'button back', type: 'button', onclick: back }, '← Alerts');
  }
}

function unknownAlert(id: string): HTMLElement {
  const words = `Alert ${id} is not kept any more: more alerts than server.page.max_alerts came after it, or it is from before the last start of a run on Kafka. The sinks still have it.`;
  return h('p', { class: 'empty' }, words);
}

function facts({ value, expected, unit, summary, startMs, endMs, reason, timeMs }: AlertRecord): HTMLElement {
  const fact = (name: string, shown: string, more: string) =>
    h('div', {}, h('dt', {}, name), h('dd', {}, shown, h('small', {}, more)));
  const lasted = endMs === null ? `raised at ${time(timeMs).slice(11)} UTC` : `lasted ${duration(endMs - startMs)}`;
  const since = fact('since', time(startMs).slice(11), `${time(startMs).slice(0, 10)} UTC, ${lasted}`);
  if (reason === 'silent') return h('dl', { class: 'facts' }, since);
  const rare = rarityIn(summary);
  return h(
    'dl',
    { class: 'facts' },
    fact('seen', quantity(value, unit), ''),
    isAgainstForecast(reason) ? fact('expected', quantity(expected, unit), 'forecast by the network') : null,
    rare === undefined ? null : fact('how rare', rare, 'rows of this series'),
    since,
  );
}

function expectedCard(alert: AlertRecord): HTMLElement | null {
  const drawn = isAgainstForecast(alert.reason) ? expectedAgainstSeen(alert) : null;
  return (
    drawn &&
    h('section', { class: 'card', 'aria-label': 'Expected against seen' }, h('h2', {}, 'Expected against seen'), drawn)
  );
}

function attributionCard({ parts }: AlertRecord): HTMLElement | null {
  if (parts.length < 2) return null;
  const items = [...parts]
    .sort((a, b) => b.attribution - a.attribution)
    .map(({ channel, unit, value, expected, attribution }) => {
      const share = `${Math.round(100 * attribution)} %`;
      const fillBar = h('i');
      fillBar.style.width = share.replace(' ', '');
      const detail = `seen ${quantity(value, unit)}, expected ${quantity(expected, unit)}`;
      return h(
        'li',
        {},
        h('span', { class: 'label', title: channel }, channel),
        h('span', { class: 'bar', 'aria-hidden': 'true' }, fillBar),
        h('span', { class: 'share' }, share),
        h('span', { class: 'detail' }, detail),
      );
    });
  const title = 'Which channel carries the surprise';
  return h('section', { class: 'card', 'aria-label': title }, h('h2', {}, title), h('ul', { class: 'bars' }, ...items));
}

function statisticsCard({ statistics }: AlertRecord): HTMLElement | null {
  if (statistics.length === 0) return null;
  const items = statistics.map(({ reason, share }) => {
    const percent = `${Math.round(100 * share)} %`;
    const fillBar = h('i');
    fillBar.style.width = percent.replace(' ', '');
    return h(
      'li',
      {},
      h('span', { class: 'label' }, reasonTitle(reason)),
      h('span', { class: 'bar', 'aria-hidden': 'true' }, fillBar),
      h('span', { class: 'share' }, percent),
    );
  });
  const title = 'Which statistics found it';
  const list = h('ul', { class: 'bars statistics' }, ...items);
  return h('section', { class: 'card', 'aria-label': title }, h('h2', {}, title), list);
}

function stepsCard({ steps }: AlertRecord): HTMLElement {
  const items = steps.map(({ timeMs, state, severity, summary }, n) => {
    const became = state === 'resolved' ? 'Resolved' : n === 0 ? `Raised as ${severity}` : `Became ${severity}`;
    const kind = state === 'resolved' ? 'resolved' : severity;
    return h('li', { class: kind }, h('div', {}, h('b', {}, `${became} · ${time(timeMs)} UTC`), h('p', {}, summary)));
  });
  return h(
    'section',
    { class: 'card', 'aria-label': 'What happened' },
    h('h2', {}, 'What happened'),
    h('ol', { class: 'steps' }, ...items),
  );
}

function copyButton(): HTMLElement {
  const button: HTMLElement = h(
    'button',
    {
      class: 'button',
      type: 'button',
      onclick: () => {
        const said = (words: string) => fill(button, words);
        navigator.clipboard.writeText(location.href).then(
          () => said('Link copied'),
          () => said('Copy it from the address bar'),
        );
      },
    },
    'Copy link',
  );
  return button;
}
