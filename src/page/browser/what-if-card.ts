import type { History } from '../../live/schema.ts';
import type { WhatIfAnswer, WhatIfBody } from '../../live/what-if.ts';
import { ApiError, api } from './api.ts';
import { fill, h } from './dom.ts';
import { counted, time } from './words.ts';

const DIRECTIONS = [
  ['', 'as it is'],
  ['both', 'both ways'],
  ['up', 'upwards only'],
  ['down', 'downwards only'],
] as const;

/** Tries a budget, a least deviation or a direction on the rows that the page has, and shows what to configure. */
export class WhatIfCard {
  readonly element: HTMLElement;
  readonly #budget = h('input', {
    class: 'field',
    id: 'try-budget',
    placeholder: 'as it is; 1/week/series',
    autocomplete: 'off',
  });
  readonly #channel = h('select', { class: 'field', id: 'try-channel' });
  readonly #deviation = h('input', {
    class: 'field',
    id: 'try-deviation',
    type: 'number',
    min: 0,
    step: 'any',
    placeholder: 'as it is',
  });
  readonly #direction = h(
    'select',
    { class: 'field', id: 'try-direction' },
    ...DIRECTIONS.map(([value, words]) => h('option', { value }, words)),
  );
  readonly #button = h('button', { class: 'button main', type: 'submit' }, 'Try');
  readonly #result = h('div', { role: 'status' });
  #history: Pick<History, 'stream' | 'series'> = { stream: '', series: '' };

  constructor() {
    const field = (label: string, input: HTMLElement) => h('div', {}, h('label', { for: input.id }, label), input);
    const submit = (event: Event) => {
      event.preventDefault();
      void this.#try();
    };
    const form = h(
      'form',
      { class: 'trial', onsubmit: submit },
      field('Budget', this.#budget),
      field('Channel', this.#channel),
      field('Least deviation', this.#deviation),
      field('Direction', this.#direction),
      this.#button,
    );
    const words = 'Which alerts would other settings have raised on the rows that this page has? Nothing changes.';
    this.element = h(
      'section',
      { class: 'card', 'aria-label': 'What if' },
      h('h2', {}, 'What if'),
      h('p', { class: 'calm' }, words),
      form,
      this.#result,
    );
  }

  /** For another series. */
  open(history: History): void {
    this.#history = history;
    fill(this.#channel, ...history.channels.map(({ name }) => h('option', { value: name }, name)));
    fill(this.#result);
  }

  async #try(): Promise<void> {
    const asked = this.#settings();
    this.#button.disabled = true;
    fill(this.#result, h('p', { class: 'calm' }, 'Replaying…'));
    try {
      const answer = await api.whatIf(asked);
      if (asked.series === this.#history.series) this.#show(answer, asked);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      fill(this.#result, h('p', {}, `That cannot be tried: ${error.message}.`));
    } finally {
      this.#button.disabled = false;
    }
  }

  #settings(): WhatIfBody {
    const { stream, series } = this.#history;
    const budget = this.#budget.value.trim();
    const deviation = this.#deviation.value === '' ? undefined : Number(this.#deviation.value);
    const direction = DIRECTIONS.map(([value]) => value).find((value) => value === this.#direction.value) ?? '';
    const isOfChannel = deviation !== undefined || direction !== '';
    return {
      stream,
      series,
      ...(budget === '' ? {} : { budget }),
      ...(isOfChannel ? { channel: this.#channel.value } : {}),
      ...(deviation === undefined ? {} : { min_deviation: deviation }),
      ...(direction === '' ? {} : { direction }),
    };
  }

  #show({ yaml, rows, series, fromMs, toMs, before, after, changes }: WhatIfAnswer, { series: own }: WhatIfBody): void {
    const span = `${rows} rows of ${series} series, ${time(fromMs)} to ${time(toMs)} UTC`;
    const counts = `${counted(before, 'alert')} as configured, ${after} with these settings.`;
    const items = changes.map(({ change, series: of, raisedMs, severity, summary }) =>
      h(
        'li',
        {},
        h('b', {}, `${change} · ${severity} · ${of}`),
        h('span', { class: 'detail' }, `${time(raisedMs)} UTC. ${summary}`),
      ),
    );
    const others = changes.some(({ series: of }) => of !== own)
      ? ' Other series of the stream are among them: they share a budget.'
      : '';
    const code = h('code', {}, yaml.trimEnd());
    const copy = h('button', { class: 'button', type: 'button', onclick: () => void copied(yaml, code) }, 'Copy YAML');
    fill(
      this.#result,
      h('p', {}, h('b', {}, counts), ` ${span}; the first rows of each series warm it up.${others}`),
      items.length === 0 ? h('p', { class: 'calm' }, 'No alert differs.') : h('ul', { class: 'likes' }, ...items),
      h('pre', {}, code),
      copy,
    );
  }
}

/** Without a secure context there is no clipboard: the text is selected then. */
async function copied(text: string, shown: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    getSelection()?.selectAllChildren(shown);
  }
}
