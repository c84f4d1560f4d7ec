import type { Pulse } from '../../live/schema.ts';
import { keepToken } from './api.ts';
import { fill, h } from './dom.ts';
import { troubleOf } from './health-view.ts';

const SHOWN_MS = 8_000;

/**
 * What must be seen at once, whatever the view: a stream that rejects its records, a fault, the question for the token.
 */
export class Notices {
  readonly #element: Element;
  readonly #openHealth: () => void;
  #failure: string | undefined;
  #forget = 0;
  #trouble: readonly { readonly name: string; readonly kind: string; readonly words: string }[] = [];
  #shown = '';
  #isAsking = false;

  constructor(element: Element, openHealth: () => void) {
    this.#element = element;
    this.#openHealth = openHealth;
  }

  beat({ streams }: Pulse): void {
    this.#trouble = streams.flatMap((stream) => {
      const trouble = troubleOf(stream);
      return trouble === undefined ? [] : [{ name: stream.name, ...trouble }];
    });
    this.#draw();
  }

  /** Shown for a while. */
  failed(words: string): void {
    this.#failure = words;
    clearTimeout(this.#forget);
    this.#forget = setTimeout(() => {
      this.#failure = undefined;
      this.#draw();
    }, SHOWN_MS);
    this.#draw();
  }

  /** The server wants a token: kept in this tab until it is closed. */
  askToken(given: () => void): void {
    if (this.#isAsking) return;
    this.#isAsking = true;
    const input = h('input', {
      class: 'field',
      type: 'password',
      autocomplete: 'off',
      required: true,
      'aria-label': 'Token',
    });
    const take = (event: Event) => {
      event.preventDefault();
      keepToken(input.value);
      given();
    };
    const form = h(
      'form',
      { onsubmit: take },
      h('h2', {}, 'This Surprisal asks for its token'),
      h('p', { class: 'calm' }, 'It is the value of server.token in the configuration. It stays in this tab.'),
      input,
      h('button', { class: 'button main', type: 'submit' }, 'Open'),
    );
    const dialog = h('dialog', { 'aria-label': 'Token' }, form);
    document.body.append(dialog);
    dialog.showModal();
  }

  #draw(): void {
    const text = JSON.stringify([this.#trouble, this.#failure]);
    if (text === this.#shown) return;
    this.#shown = text;
    const troubles = this.#trouble.map(({ name, kind, words }) => {
      const see = h('button', { class: 'button', type: 'button', onclick: this.#openHealth }, 'See why');
      return h('div', { class: `notice ${kind}` }, h('p', {}, h('b', {}, name), ` ${words}.`), see);
    });
    const failure =
      this.#failure === undefined ? null : h('div', { class: 'notice warning' }, h('p', {}, this.#failure));
    fill(this.#element, ...troubles, failure);
  }
}
