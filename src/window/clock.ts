import { z } from 'zod';
import type { Plain } from '../event/plain.ts';
import { type EpochMs, HOUR_MS } from '../event/time.ts';
import type { After } from './contract.ts';
import { foreign } from './snapshot.ts';

/** Leaps in a row of one series that are believed. */
const AGREEING = 3;
/**
 * What is far ahead where the configuration does not say: so long, so many of the longest recent steps of event time,
 * or of its usual steps.
 */
const FAR_MS = 12 * HOUR_MS;
const FAR_LONGEST = 6;
const FAR_USUAL = 20;
/** The longest step is forgotten over about so many steps, and the usual one is the mean of about so many. */
const LONGEST_STEPS = 1_000;
const USUAL_STEPS = 16;
const NEVER = Number.NEGATIVE_INFINITY;

const time = z.number().nullable();
const snapshot = z.strictObject({
  time,
  leader: z.string(),
  first: time,
  second: time,
  longest: z.number(),
  usual: z.number(),
  lone: z.strictObject({ series: z.string(), latest: time, step: z.number(), from: time, reached: time }),
  trusted: z.string().nullable(),
  leap: z.strictObject({ series: z.string(), at: z.number(), count: z.int() }).nullable(),
});

/**
 * Event time of a task, which no sender moves by its own word. It is the newest time that two series have reached. A
 * series that speaks while no other does moves it as far as its own clock ticked meanwhile; wholly once that is longer
 * than what counts as far ahead. The only series of a task decides alone. The watermark is event time − out of
 * orderness, −∞ before the first.
 *
 * A time far ahead of event time is refused: further than `maxLeapMs`, or where that is undefined than its own recent
 * steps make likely. But a feed may really have slept that long: it is believed if it is as near to when its record
 * arrived, and if another series says the same next, or its own series three times in a row. What is that far ahead of
 * its arrival, where event time is not, is never believed.
 */
export class Clock {
  readonly #outOfOrdernessMs: number;
  readonly #maxLeapMs: number | undefined;
  /** Far, whatever the pace. */
  readonly #nearMs: number;
  readonly #after: After;
  #time: EpochMs = NEVER;
  #watermark: EpochMs = NEVER;
  /** The series with the newest time, that time, and the newest of the others. */
  #leader = '';
  #first: EpochMs = NEVER;
  #second: EpochMs = NEVER;
  /** Longest recent step of event time, and the usual one; 0 before the first. */
  #longest = 0;
  #usual = 0;
  /**
   * The series that spoke last: its newest time, its last step, and how far event time has come from where it was when
   * another last spoke.
   */
  #lone = { series: '', latest: NEVER, step: 0, from: NEVER, reached: NEVER };
  /** The series that was believed to have leapt, though no other has. */
  #trusted: string | null = null;
  #leap: { readonly series: string; readonly at: EpochMs; readonly count: number } | null = null;

  /** `after`: where not all time counts. */
  constructor(outOfOrdernessMs: number, maxLeapMs: number | undefined, after: After) {
    this.#after = after;
    this.#outOfOrdernessMs = outOfOrdernessMs;
    this.#maxLeapMs = maxLeapMs;
    this.#nearMs = maxLeapMs ?? FAR_MS;
  }

  /** Event time; −∞ before the first. */
  get time(): EpochMs {
    return this.#time;
  }

  get watermark(): EpochMs {
    return this.#watermark;
  }

  /**
   * Whether to believe a time of a series whose newest is `latestMs`; `arrivedMs`: when its record came, where that is
   * known. O(1).
   */
  admit(series: string, timeMs: EpochMs, latestMs: EpochMs, arrivedMs: EpochMs | undefined): boolean {
    const far = this.#farMs();
    const from = this.#trusted === series ? Math.max(this.#time, latestMs) : this.#time;
    const isAhead = arrivedMs !== undefined && timeMs > arrivedMs + this.#nearMs;
    if (from === NEVER) return !isAhead || this.#agree(series, timeMs, far);
    if (timeMs > from + this.#nearMs && arrivedMs !== undefined) {
      if (isAhead && this.#time <= arrivedMs + this.#nearMs) return false;
      if (!isAhead && timeMs >= arrivedMs - this.#nearMs) return this.#believe(series, timeMs);
    }
    const isFar = timeMs > from + far && timeMs > this.#after(from, far);
    return isFar ? this.#agree(series, timeMs, far) : this.#believe(series, timeMs);
  }

  /** Takes in a time that was admitted; true where this moved the watermark. O(1). */
  advance(series: string, timeMs: EpochMs): boolean {
    if (series === this.#leader) {
      if (timeMs > this.#first) this.#first = timeMs;
    } else if (timeMs > this.#first) {
      this.#second = this.#first;
      this.#first = timeMs;
      this.#leader = series;
    } else if (timeMs > this.#second) this.#second = timeMs;
    const witnessed = this.#second === NEVER ? this.#first : this.#second;
    const isMoved = this.#move(Math.max(witnessed, this.#alone(series, timeMs)));
    if (this.#lone.series !== series) this.#leaveAlone(series, timeMs);
    return isMoved;
  }

  snapshot(): Plain {
    const { series, latest, step, from, reached } = this.#lone;
    return {
      time: known(this.#time),
      leader: this.#leader,
      first: known(this.#first),
      second: known(this.#second),
      longest: this.#longest,
      usual: this.#usual,
      lone: { series, latest: known(latest), step, from: known(from), reached: known(reached) },
      trusted: this.#trusted,
      leap: this.#leap,
    };
  }

  /** @throws Failure state/foreign */
  restore(plain: Plain | undefined): void {
    const read = snapshot.safeParse(plain);
    if (!read.success) throw foreign('clock', read.error);
    const { time, leader, first, second, longest, usual, lone, trusted, leap } = read.data;
    this.#time = time ?? NEVER;
    this.#watermark = this.#time - this.#outOfOrdernessMs;
    this.#leader = leader;
    this.#first = first ?? NEVER;
    this.#second = second ?? NEVER;
    this.#longest = longest;
    this.#usual = usual;
    const { latest, from, reached } = lone;
    this.#lone = { ...lone, latest: latest ?? NEVER, from: from ?? NEVER, reached: reached ?? NEVER };
    this.#trusted = trusted;
    this.#leap = leap;
  }

  /** Where nothing is configured the first step of event time shows what is usual. */
  #farMs(): number {
    if (this.#maxLeapMs !== undefined) return this.#maxLeapMs;
    if (this.#longest === 0) return Number.POSITIVE_INFINITY;
    return Math.max(FAR_MS, FAR_LONGEST * this.#longest, FAR_USUAL * this.#usual);
  }

  #agree(series: string, at: EpochMs, far: number): boolean {
    const run = this.#leap;
    const agrees = run !== null && Math.abs(at - run.at) <= far;
    const isAnother = agrees && run.series !== series;
    if (!isAnother && !(agrees && run.count + 1 === AGREEING)) {
      this.#leap = agrees ? { series, at: run.at, count: run.count + 1 } : { series, at, count: 1 };
      return false;
    }
    this.#leap = null;
    if (isAnother) this.#move(Math.min(at, run.at));
    else {
      this.#trusted = series;
      this.#leaveAlone(series, at);
    }
    return true;
  }

  /**
   * No leap, or a true one. The first time of all may have come from the clock that is wrong: as long as nothing has
   * followed it, event time begins where the second series says.
   */
  #believe(series: string, timeMs: EpochMs): true {
    this.#leap = null;
    const isSecond = this.#second === NEVER && this.#leader !== series && this.#longest === 0;
    if (isSecond && timeMs < this.#time - this.#nearMs) {
      this.#time = timeMs;
      this.#watermark = timeMs - this.#outOfOrdernessMs;
    }
    return true;
  }

  /** From now on this series alone speaks. */
  #leaveAlone(series: string, timeMs: EpochMs): void {
    const lone = this.#lone;
    lone.series = series;
    lone.latest = timeMs;
    lone.step = 0;
    lone.from = this.#time;
    lone.reached = this.#time;
  }

  /**
   * How far the series moves event time that speaks alone: as its clock ticks, but a step counts no more than the one
   * before it, or than is usual.
   */
  #alone(series: string, timeMs: EpochMs): EpochMs {
    const lone = this.#lone;
    if (lone.series !== series || timeMs <= lone.latest) return NEVER;
    const step = timeMs - lone.latest;
    lone.reached += this.#longest === 0 ? step : Math.min(step, Math.max(lone.step, this.#longest));
    lone.latest = timeMs;
    lone.step = step;
    return lone.reached - lone.from >= this.#nearMs ? timeMs : Math.min(timeMs, lone.reached);
  }

  #move(timeMs: EpochMs): boolean {
    if (timeMs <= this.#time) return false;
    const step = this.#time === NEVER ? 0 : timeMs - this.#time;
    this.#usual += (Math.min(step, FAR_MS) - this.#usual) / (this.#longest === 0 ? 1 : USUAL_STEPS);
    this.#longest = Math.max(step, this.#longest * (1 - 1 / LONGEST_STEPS));
    this.#time = timeMs;
    this.#watermark = timeMs - this.#outOfOrdernessMs;
    return true;
  }
}

function known(timeMs: EpochMs): number | null {
  return timeMs === NEVER ? null : timeMs;
}
