import { amountBaselines } from '../baselines/amounts.ts';
import { type Customer, cardCustomers, cardStream } from '../data/cards.ts';
import { clusteredPrecision } from '../metrics/clustered-precision.ts';
import { sumOf } from '../metrics/sum.ts';
import type { Cell, Estimate, Part, PartOptions, PartResult, Share } from '../part.ts';
import type { Incident, Watched } from '../recording.ts';

/** Payments before are not judged. */
const FROM_MS = Date.UTC(2018, 4, 1);
const BUDGET = '2/day';

/** A customer's payments that are judged, and what was said of them. */
interface Judged {
  readonly fraud: Uint8Array;
  readonly scores: Float64Array;
  readonly alerted: Uint8Array;
  /** Incidents raised; those with a fraud among their payments; those raised by a fraud. */
  readonly incidents: number;
  readonly withFraud: number;
  readonly byFraud: number;
}

/** Card payments: everybody in one stream. */
export const cards: Part = {
  name: 'cards',
  summary: `Simulated card payments (Fraud Detection Handbook), half the customers, one stream, amounts as log1p, budget ${BUDGET}; payments from 2018-05-01 on. Average precision of the score over all frauds, and over scenarios 1 and 3 (scenario 2 does not show in the amounts); frauds among the payments of an alert; alerts with a fraud among their payments, and alerts that a fraud raised. Intervals: bootstrap over customers.`,
  contestants: 'all',
  extra: amountBaselines,
  run,
};

function run({ contestant, seed }: PartOptions): PartResult {
  const customers = cardCustomers();
  const watched = contestant.watch(cardStream(customers, BUDGET), seed);
  const judged = customers.map((customer, i) => judge(customer, watched[i]));
  const days = (Math.max(...customers.map(({ times }) => times[times.length - 1])) - FROM_MS) / 86_400_000;
  const all = precisionOf(judged, [1, 2, 3]);
  const inAmounts = precisionOf(judged, [1, 3]);
  const alarms = contestant.kind !== 'baseline' || judged.some(({ incidents }) => incidents > 0);
  const cells: Record<string, Cell> = {
    'AP all': all,
    'AP scenarios 1, 3': inAmounts,
    ...(alarms ? alertCells(judged, days) : {}),
  };
  return {
    rows: [{ name: `${customers.length} customers`, cells }],
    headline: {
      'cards AP all': all.value,
      'cards AP 1, 3': inAmounts.value,
      ...(alarms ? { 'cards alert precision': cells['alerts with a fraud'] } : {}),
    },
  };
}

/** Of contestants that alarm. */
function alertCells(judged: readonly Judged[], days: number): Readonly<Record<string, Cell>> {
  return {
    'frauds in an alert': inAlert(judged, [1, 2, 3]),
    'scenario 1': inAlert(judged, [1]),
    'scenario 2': inAlert(judged, [2]),
    'scenario 3': inAlert(judged, [3]),
    'alerts with a fraud': { hits: sumOf(judged, (j) => j.withFraud), of: sumOf(judged, (j) => j.incidents) },
    'alerts by a fraud': { hits: sumOf(judged, (j) => j.byFraud), of: sumOf(judged, (j) => j.incidents) },
    'alerts a day': sumOf(judged, (j) => j.incidents) / days,
  };
}

function judge({ times, fraud }: Customer, { scores, incidents }: Watched): Judged {
  const from = times.findIndex((time) => time >= FROM_MS);
  const first = from < 0 ? times.length : from;
  const alerted = new Uint8Array(times.length);
  for (const { raised, resolved } of incidents) alerted.fill(1, raised, Math.max(raised + 1, resolved ?? times.length));
  const mine = incidents.filter(({ raised }) => raised >= first);
  const holdsFraud = ({ raised, resolved }: Incident) =>
    fraud.subarray(raised, Math.max(raised + 1, resolved ?? times.length)).some((scenario) => scenario > 0);
  return {
    fraud: fraud.slice(first),
    scores: scores.slice(first),
    alerted: alerted.slice(first),
    incidents: mine.length,
    withFraud: mine.filter(holdsFraud).length,
    byFraud: mine.filter(({ raised }) => fraud[raised] > 0).length,
  };
}

/** Frauds of other scenarios count as honest. */
function precisionOf(judged: readonly Judged[], scenarios: readonly number[]): Estimate {
  return clusteredPrecision(
    judged.map(({ fraud, scores }) => ({ truth: fraud.map((s) => (scenarios.includes(s) ? 1 : 0)), scores })),
  );
}

function inAlert(judged: readonly Judged[], scenarios: readonly number[]): Share {
  const of = sumOf(judged, ({ fraud }) => fraud.filter((scenario) => scenarios.includes(scenario)).length);
  const hits = sumOf(judged, ({ fraud, alerted }) =>
    fraud.reduce((sum, scenario, row) => sum + (scenarios.includes(scenario) ? alerted[row] : 0), 0),
  );
  return { hits, of };
}
