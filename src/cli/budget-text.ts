import { type Budget, budget } from '../calibrate/budget.ts';
import { alertOptions } from '../detector/options.ts';

const PERIODS = ['hour', 'day', 'week', 'month'] as const;
/** More digits than anybody writes. */
const DECIMALS = 3;

/** A budget as it is written in a configuration: in the period that gives the smallest round number. */
export function budgetText({ perWeek, per }: Budget): string {
  const written = PERIODS.map((period) => ({ period, number: perWeek / budget.parse(`1/${period}`).perWeek }));
  const round = written.filter(({ number }) => Math.abs(number - rounded(number)) < 1e-9 * number);
  const [best = { period: 'week', number: perWeek }] = round.sort((a, b) => weight(a.number) - weight(b.number));
  return `${rounded(best.number)}/${best.period}${per === 'series' ? '/series' : ''}`;
}

/** Whether it is what holds where nobody gives one. */
export function isUsualBudget(used: Budget | undefined): boolean {
  const usual = alertOptions.parse({}).budget;
  return used?.perWeek === usual?.perWeek && used?.per === usual?.per;
}

/** `1/week/series (default)`: what a replay was calibrated to. */
export function usedBudget(used: Budget | undefined, isDefault: boolean): string {
  const text = used === undefined ? 'none, so 8 alarms in 10 000 rows' : budgetText(used);
  return isDefault ? `${text} (default)` : text;
}

function rounded(number: number): number {
  return Number(number.toFixed(DECIMALS));
}

/** Numbers below 1 last: half an alert is harder to read than two. */
function weight(number: number): number {
  return number < 1 ? 1 / number + 1e9 : number;
}
