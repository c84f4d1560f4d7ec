import type { ChannelOptions } from '../event/channel.ts';
import { CANDIDATES, type Fan } from './fan.ts';
import { horizonGroups } from './horizons.ts';
import { fromLevel } from './level.ts';
import { crps, GRID, pinball } from './measures.ts';
import { Residuals } from './residuals.ts';

/** What is compared, in the order of every table. */
export const METHODS = ['surprisal', 'network', 'last', 'season'] as const;

/** Levels whose pinball loss is shown. */
export const SHOWN = [0.1, 0.5, 0.9] as const;

/** Of one method so many rows ahead: sums over forecasts. */
interface Sums {
  count: number;
  crps: number;
  in80: number;
  in95: number;
  readonly pinball: Float64Array;
}

/** Means of one method over the forecasts of a group of horizons; in the channel's unit. */
export interface BacktestLine {
  readonly method: (typeof METHODS)[number];
  /** First and last row ahead of the group. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly crps: number;
  /** Share of what came within the central 80 % and 95 %. */
  readonly in80: number;
  readonly in95: number;
  /** Of the levels in `SHOWN`. */
  readonly pinball: readonly number[];
}

/** Scores the forecasts of one channel against what came, beside baselines that are calibrated as it is. */
export class Backtest {
  readonly #transform: ChannelOptions['transform'];
  readonly #groupOf: Uint16Array;
  /** [group][method]. */
  readonly #sums: readonly (readonly Sums[])[];
  /** [group]: errors of "next = last", and of "as a season ago". */
  readonly #last: readonly Residuals[];
  readonly #season: readonly Residuals[];
  readonly #grid = new Float64Array(GRID.length);

  constructor(transform: ChannelOptions['transform'], rows: number) {
    this.#transform = transform;
    this.#groupOf = horizonGroups(rows);
    const groups = Array.from({ length: this.#groupOf[rows - 1] + 1 });
    this.#sums = groups.map(() => METHODS.map(emptySums));
    this.#last = groups.map(() => new Residuals());
    this.#season = groups.map(() => new Residuals());
  }

  /**
   * Level `y` came where the fan had forecast. Scored only where `counts`: the errors of the baselines are learned
   * before that too. To be called before the fan settles.
   */
  take(fan: Fan, row: number, y: number, counts: boolean): void {
    const group = this.#groupOf[row];
    const at = row * CANDIDATES;
    const last = fan.points[at + 1];
    // A week where there is one, else a day, else there is no season and this is "next = last" too.
    const season = firstNumber(fan.points[at + 4], fan.points[at + 2], last);
    if (counts && Number.isFinite(y) && Number.isFinite(last) && this.#last[group].size > 0) {
      const value = fromLevel(this.#transform, y);
      this.#score(group, 0, value, (p) => fan.quantile(row, p));
      this.#score(group, 1, value, (p) => fan.own(row, p));
      this.#score(group, 2, value, (p) => last + this.#last[group].quantile(p));
      this.#score(group, 3, value, (p) => season + this.#season[group].quantile(p));
    }
    if (!Number.isFinite(y - last)) return;
    this.#last[group].push(y - last);
    this.#season[group].push(y - season);
  }

  /** A line for each group of horizons and method. */
  lines(): readonly BacktestLine[] {
    return this.#sums.flatMap((methods, group) => {
      const from = this.#groupOf.indexOf(group) + 1;
      const to = this.#groupOf.lastIndexOf(group) + 1;
      return methods.flatMap(({ count, ...sums }, n) =>
        count === 0
          ? []
          : [
              {
                ...{ method: METHODS[n], from, to, count },
                ...{ crps: sums.crps / count, in80: sums.in80 / count, in95: sums.in95 / count },
                pinball: Array.from(sums.pinball, (sum) => sum / count),
              },
            ],
      );
    });
  }

  #score(group: number, method: number, value: number, quantile: (p: number) => number): void {
    const sums = this.#sums[group][method];
    const at = (p: number) => fromLevel(this.#transform, quantile(p));
    for (let n = 0; n < GRID.length; n++) this.#grid[n] = at(GRID[n]);
    sums.count++;
    sums.crps += crps(this.#grid, value);
    if (value >= at(0.1) && value <= at(0.9)) sums.in80++;
    if (value >= at(0.025) && value <= at(0.975)) sums.in95++;
    for (let n = 0; n < SHOWN.length; n++) sums.pinball[n] += pinball(SHOWN[n], at(SHOWN[n]), value);
  }
}

function emptySums(): Sums {
  return { count: 0, crps: 0, in80: 0, in95: 0, pinball: new Float64Array(SHOWN.length) };
}

function firstNumber(...candidates: readonly number[]): number {
  return candidates.find((candidate) => !Number.isNaN(candidate)) ?? Number.NaN;
}
