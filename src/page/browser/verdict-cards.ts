import type { AlertRecord, SimilarPage, VerdictView } from '../../live/schema.ts';
import { ApiError, api } from './api.ts';
import { fill, h } from './dom.ts';
import { reasonTitle, time } from './words.ts';

type Choice = 'expected' | 'real' | 'none';

/**
 * Of one alert: the verdict on it, what it quiets, the buttons that give and withdraw it; and the earlier incidents
 * most like it.
 */
export class VerdictCards {
  readonly id: string;
  readonly element = h('div', { class: 'columns' });
  readonly #verdict = h('section', { class: 'card verdict', 'aria-label': 'Your verdict' });
  readonly #similar = h('section', { class: 'card similar', 'aria-label': 'Similar incidents' });
  readonly #says = h('p', { class: 'calm', role: 'status' });
  readonly #note = h('textarea', { id: 'note', rows: '2', maxlength: '2000' });

  constructor(id: string) {
    this.id = id;
    fill(this.element, this.#verdict, this.#similar);
    this.refresh();
  }

  /** Asks again. */
  refresh(): void {
    api.similar(this.id).then((page) => this.#showSimilar(page), unlessKnown);
    api.verdict(this.id).then((view) => this.#showVerdict(view), unlessKnown);
  }

  #showVerdict(view: VerdictView): void {
    const { given } = view;
    const said =
      given && `${given.verdict === 'expected' ? 'Expected' : 'Real'}${given.note === '' ? '' : `: ${given.note}`}`;
    const button = (choice: Choice, words: string) =>
      h('button', { class: 'button', type: 'button', onclick: () => this.#give(choice) }, words);
    const choices = given ? [button('none', 'Undo')] : [button('expected', 'Expected'), button('real', 'Real')];
    fill(
      this.#verdict,
      h('h2', {}, 'Your verdict'),
      said && h('p', { class: 'said' }, said),
      h('p', { class: 'quiets' }, quietsOf(view)),
      ...(given ? [] : [h('label', { for: 'note' }, 'Note'), this.#note]),
      h('div', { class: 'actions' }, ...choices),
      this.#says,
    );
  }

  #give(choice: Choice): void {
    fill(this.#says, 'Sending…');
    api.giveVerdict(this.id, choice, this.#note.value).then(
      () => {
        fill(this.#says, choice === 'none' ? 'Withdrawn' : 'Kept');
        this.refresh();
      },
      (error: unknown) => fill(this.#says, error instanceof Error ? error.message : 'It could not be sent'),
    );
  }

  #showSimilar({ similar, known }: SimilarPage): void {
    const items = similar.slice(0, 5).map(({ id, series, startMs, reason, channel, alike, verdict }) => {
      const what = `${reasonTitle(reason)}${channel === '' ? '' : `: ${channel}`}`;
      const marks = [alike ? 'of one kind' : 'less like it', verdict === null ? 'no verdict' : verdict.verdict];
      return h(
        'li',
        {},
        h('a', { href: `?alert=${id}` }, `${series} · ${what}`),
        h('span', { class: 'detail' }, `${time(startMs)} UTC · ${marks.join(' · ')}`),
      );
    });
    const none =
      known < 2 ? 'This is the first incident that is known.' : 'No earlier incident of this stream is known.';
    const shown = items.length === 0 ? h('p', { class: 'calm' }, none) : h('ul', { class: 'likes' }, ...items);
    fill(this.#similar, h('h2', {}, 'Similar incidents'), shown);
  }
}

/** Why nobody was sent the alert; null where it is one like any other. */
export function quietedNotice({ quieted }: AlertRecord): HTMLElement | null {
  if (quieted === null) return null;
  const words = 'Nobody was sent this alert: it resembles one that was marked as expected. Quiet until';
  const link = h('a', { href: `?alert=${quieted.by}` }, 'See that alert');
  return h(
    'section',
    { class: 'card', 'aria-label': 'Quiet' },
    h('p', {}, `${words} ${time(quieted.untilMs)} UTC. `, link),
  );
}

function quietsOf({ given, wouldQuiet: { series, untilMs, earlier } }: VerdictView): string {
  if (given?.verdict === 'real') return 'Alerts like it are sent as before.';
  const known = earlier.length === 1 ? '1 known alert is' : `${earlier.length} known alerts are`;
  const what = `alerts of ${series} that look like this one, no more severe than it, until ${time(untilMs)} UTC (event time)`;
  return given
    ? `This quiets ${what}. ${known} like it.`
    : `“Expected” quiets ${what}. ${known} like it. “Real” quiets nothing.`;
}

/** An alert without anything known of it has no cards; anything else is a bug of the page. */
function unlessKnown(error: unknown): void {
  if (!(error instanceof ApiError)) throw error;
}
