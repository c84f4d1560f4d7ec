import type Plot from 'uplot';
import type { History } from '../../live/schema.ts';
import { colour } from './colours.ts';
import { fill, h } from './dom.ts';
import { counted, quantity } from './words.ts';

/** Height of the strip below a plot, CSS pixels. */
export const STRIP_PX = 12;
const FONT = 'system-ui, sans-serif';
/** A letter has room from this width on, CSS pixels. */
const LETTER_PX = 13;

type Regimed = Pick<History, 'timeMs' | 'regime' | 'novelty' | 'regimes'>;

/** What a regime is called beside its words: colour alone says nothing. */
export function letterOf(id: number): string {
  return String.fromCharCode(65 + id);
}

/** The regime of a row in words, and how new it was; '' where it has none. */
export function regimeOf({ regime, novelty, regimes }: Regimed, row: number): string {
  const found = regimes.find(({ id }) => id === regime[row]);
  if (found === undefined) return '';
  return `regime ${letterOf(found.id)}: ${found.words}, novelty ${quantity(novelty[row])}`;
}

/** The regimes of the rows that are drawn: letter in its colour, name, rows; that of the newest row is marked. */
export class RegimeList {
  readonly element = h('ul', { class: 'regimes', 'aria-label': 'Regimes, by how often the series is in them' });

  show({ regimes, regime }: Regimed): void {
    this.element.hidden = regimes.length < 2;
    const drawn = new Set(regime);
    const items = regimes
      .filter(({ id }) => drawn.has(id))
      .map(({ id, words, rows }) => {
        const letter = h('i', {}, letterOf(id));
        letter.style.background = `var(--regime-${id})`;
        const current = id === regime.at(-1) ? { 'aria-current': 'true' } : {};
        return h('li', current, letter, words, h('span', { class: 'rows' }, counted(rows, 'row')));
      });
    fill(this.element, ...items);
  }
}

/** A strip below the time axis: a span for each stretch of rows in one regime, with its letter where it has room. */
export function drawRegimes(u: Plot, { timeMs, regime, regimes }: Regimed): void {
  if (regimes.length < 2) return;
  const { ctx, bbox } = u;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top + bbox.height, bbox.width, STRIP_PX * devicePixelRatio);
  ctx.clip();
  for (const { id, fromMs, toMs } of stretches(timeMs, regime)) {
    const [left, right] = [u.valToPos(fromMs, 'x', true), u.valToPos(toMs, 'x', true)];
    if (id >= 0 && right >= bbox.left && left <= bbox.left + bbox.width) drawStretch(u, id, left, right);
  }
  ctx.restore();
}

function drawStretch({ ctx, bbox }: Plot, id: number, left: number, right: number): void {
  const ratio = devicePixelRatio;
  const top = bbox.top + bbox.height + 2 * ratio;
  const height = (STRIP_PX - 2) * ratio;
  ctx.fillStyle = colour(`regime-${id}`);
  ctx.fillRect(left, top, Math.max(right - left - ratio, ratio), height);
  if (right - left < LETTER_PX * ratio) return;
  ctx.fillStyle = colour('card');
  ctx.font = `650 ${9 * ratio}px ${FONT}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  const middle = (Math.max(left, bbox.left) + Math.min(right, bbox.left + bbox.width)) / 2;
  ctx.fillText(letterOf(id), middle, top + height / 2 + ratio / 2);
}

interface Stretch {
  readonly id: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Rows in a row that are of one regime: from the end of the row before to that of the last. */
export function* stretches(timeMs: readonly number[], regime: readonly number[]): Generator<Stretch> {
  let first = 0;
  for (let row = 1; row <= timeMs.length; row++) {
    if (row < timeMs.length && regime[row] === regime[first]) continue;
    yield { id: regime[first], fromMs: timeMs[Math.max(first - 1, 0)], toMs: timeMs[row - 1] };
    first = row;
  }
}
