import type { VerdictStep } from '../../similar/verdicts.ts';
import type { Tick } from '../../store/tick.ts';

/** The ticks of a task: those to act on again where it processed its records before, and new ones. */
export class Ticks {
  readonly #pending: Tick[];
  /** Outputs of ticks with a smaller number were committed by an earlier life. */
  readonly #committedBefore: number;
  #next: number;
  #fresh: Tick[] = [];

  constructor(restored: { readonly ticks: readonly Tick[]; readonly ticked: number }) {
    this.#pending = [...restored.ticks];
    this.#committedBefore = restored.ticked;
    this.#next = Math.max(restored.ticked, (restored.ticks.at(-1)?.number ?? -1) + 1);
  }

  /** The next of them comes before the record at this offset; ∞ where there is none. */
  get nextOffset(): number {
    return this.#pending[0]?.offset ?? Number.POSITIVE_INFINITY;
  }

  /** Takes the next that comes before the record at this offset. O(pending). */
  takeBefore(offset: number): Tick | undefined {
    return this.nextOffset <= offset ? this.#pending.shift() : undefined;
  }

  /** A tick here and now. */
  make(offset: number, silentMs: number): Tick {
    return { number: this.#next++, offset, silentMs };
  }

  /** A person's answer, here and now; `feedback`: the place after it, where it came through a feedback topic. */
  makeAnswer(offset: number, answer: VerdictStep, feedback?: number): Tick {
    const place = feedback === undefined ? {} : { feedback };
    return { number: this.#next++, offset, silentMs: 0, answer, ...place };
  }

  /** Notes that it was acted on; true where its outputs were committed before. */
  acted(tick: Tick): boolean {
    if (tick.number < this.#committedBefore) return true;
    this.#fresh.push(tick);
    return false;
  }

  /** Those acted on since the last call, but for what was committed before. */
  takeFresh(): readonly Tick[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }
}
