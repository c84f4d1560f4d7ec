/** Rows of an incident after which its outline is taken: at once, soon, and when it has shown what it is. */
export const STAGES = [1, 4, 12] as const;
/** Rows of an incident that its signature is made from, at most. */
export const MOST_ROWS = STAGES[STAGES.length - 1];

/** Steps beyond this many usual ones are all the same. */
const STEP_LIMIT = 6;
/** Added to a mean step before its logarithm: what does not move is finitely far from what does. */
const LEAST_STEP = 0.05;
/** Added to the energy of a channel, so that two channels that hardly move are not in step. */
const LEAST_ENERGY = 0.1;
/** A step below this is none. */
const NO_STEP = 1e-9;
/** What each number of an outline weighs. */
const WEIGHT = { roughness: 2 / 3, drift: 3, still: 2, turns: 2 } as const;
const DECIMALS = 1e3;

/** What an incident looks like, comparable between series: reason and channel of its alert, and its course. */
export interface Signature {
  readonly reason: string;
  readonly channel: string;
  /** The outlines after `STAGES` rows, as far as the incident has come. */
  readonly outlines: readonly (readonly number[])[];
}

/**
 * The rows of an incident so far, oldest first, at most `MOST_ROWS`: [row · D + d], steps in the usual step of the
 * series; NaN = missing.
 */
export interface Course {
  readonly steps: ArrayLike<number>;
  /** D, and which of them may be blamed: the others only explain. */
  readonly channels: number;
  readonly scored: readonly boolean[];
}

/** The outlines of a course, one for each stage that it has reached. O(rows · D²) */
export function outlines(course: Course): readonly (readonly number[])[] {
  const rows = course.steps.length / course.channels;
  return STAGES.filter((stage) => stage <= rows).map((stage) => outline(course, stage));
}

/**
 * Of each scored channel over the first `rows` rows: how far it moves from row to row beside what is usual, where it
 * drifts, how often it stands still, how often it turns; and of each two channels whether they move together. Scaled so
 * that outlines of few and of many channels compare.
 */
function outline({ steps, channels, scored }: Course, rows: number): readonly number[] {
  const moves = [...scored.keys()]
    .filter((d) => scored[d])
    .map((d) => Array.from({ length: rows }, (_, row) => bounded(steps[row * channels + d])));
  const numbers = moves.flatMap(movesOf);
  for (let d = 1; d < moves.length; d++) for (let e = 0; e < d; e++) numbers.push(together(moves[d], moves[e]));
  const unit = Math.sqrt(Math.max(1, numbers.length));
  return numbers.map((number) => Math.round((DECIMALS * number) / unit) / DECIMALS);
}

function movesOf(steps: readonly number[]): readonly number[] {
  const rows = steps.length;
  let [far, drift, still, turns] = [0, 0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const step = steps[row];
    far += Math.abs(step);
    drift += step;
    if (Math.abs(step) < NO_STEP) still++;
    if (row > 0 && step * steps[row - 1] < 0) turns++;
  }
  const roughness = Math.log(far / rows + LEAST_STEP);
  return [
    WEIGHT.roughness * roughness,
    (WEIGHT.drift * drift) / rows,
    (WEIGHT.still * still) / rows,
    (WEIGHT.turns * turns) / rows,
  ];
}

/** In [−1, 1]. */
function together(one: readonly number[], other: readonly number[]): number {
  let [both, first, second] = [0, LEAST_ENERGY, LEAST_ENERGY];
  for (let row = 0; row < one.length; row++) {
    both += one[row] * other[row];
    first += one[row] ** 2;
    second += other[row] ** 2;
  }
  return both / Math.sqrt(first * second);
}

function bounded(step: number): number {
  return Number.isNaN(step) ? 0 : Math.min(STEP_LIMIT, Math.max(-STEP_LIMIT, step));
}
