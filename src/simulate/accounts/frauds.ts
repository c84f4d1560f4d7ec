import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../event/time.ts';
import type { Dice } from '../dice.ts';
import type { Episode } from '../faults.ts';
import { round } from '../fields.ts';
import { newYorkTime } from '../local-time.ts';
import type { Customer } from './customer.ts';
import { type Payment, transfer } from './payment.ts';
import { distanceKm, type Terminal } from './terminals.ts';
import type { Means } from './wallet.ts';

/**
 * Where a fraud happens: on whose account, among which terminals, under which threshold for reports; with what the
 * thief pays.
 */
export interface Scene {
  readonly customer: Customer;
  readonly terminals: readonly Terminal[];
  readonly threshold: number;
  readonly thief: Means;
  readonly dice: Dice;
}

/** The payments a fraud adds to an account, oldest first, all within the episode unless said. */
export type Fraud = (episode: Episode, scene: Scene) => Payment[];

function seconds(timeMs: number): number {
  return Math.round(timeMs / SECOND_MS) * SECOND_MS;
}

/** Ascending moments, evenly at random within the episode; the first is its start. */
function moments({ startMs, endMs }: Episode, count: number, dice: Dice): number[] {
  const later = Array.from({ length: count - 1 }, () => dice.uniform(startMs, endMs));
  return [startMs, ...later.sort((a, b) => a - b)].map(seconds);
}

/**
 * A thief buys what sells again, anywhere, as fast as the card lets: many times the usual amount (Handbook, scenario 3:
 * × 5).
 */
export const stolenCard: Fraud = (fault, scene) =>
  moments(fault, scene.dice.integer(5, 14), scene.dice).map((timeMs) => loot(timeMs, fault, scene));

/**
 * A card cloned at a terminal is used one to four times, some hours to two days after the purchase at `fault.startMs`.
 */
export const clonedCard: Fraud = (fault, scene) =>
  Array.from({ length: scene.dice.integer(1, 4) }, () =>
    seconds(fault.startMs + scene.dice.uniform(HOUR_MS, 2 * DAY_MS)),
  )
    .sort((a, b) => a - b)
    .map((timeMs) => loot(timeMs, fault, scene));

function loot(timeMs: number, fault: Episode, { customer, terminals, dice, thief }: Scene): Payment {
  const terminal = dice.pick(terminals);
  return {
    timeMs,
    account: customer.index,
    kind: 'purchase',
    category: dice.pick(['electronics', 'clothing', 'travel']),
    counterparty: terminal.name,
    amount: round(dice.logNormal(customer.usual * (4 + 6 * fault.severity), 0.4), 2),
    distanceKm: round(distanceKm(customer.home, terminal), 1),
    ...thief,
    fault,
  };
}

/** Cash in amounts just below what a bank must report: 85 to 99.5 % of the threshold, once or twice a day. */
export const structuringFraud: Fraud = (fault, { customer, threshold, dice }) => {
  const payments: Payment[] = [];
  for (let { day } = newYorkTime(fault.startMs); ; day++) {
    const times = Array.from({ length: dice.integer(1, 2) }, () => customer.moment(day, dice)).sort((a, b) => a - b);
    const within = times.filter((timeMs) => timeMs >= fault.startMs && timeMs < fault.endMs);
    for (const timeMs of within) {
      const amount = Math.floor((threshold * dice.uniform(0.85, 0.995)) / 10) * 10;
      const counterparty = `branch-${dice.integer(1, 5)}`;
      const cash = { kind: 'cash_deposit', category: 'cash', timeMs, counterparty, amount, fault } as const;
      payments.push(transfer(customer.index, cash));
    }
    if (times[0] >= fault.endMs) return payments;
  }
};

/** Many strangers send like amounts to one account within two days (AMLSim's `fan_in`). */
export const fanInFraud: Fraud = (fault, { customer, dice }) => {
  const usual = 300 + 900 * fault.severity;
  return moments(fault, dice.integer(8, 25), dice).map((timeMs, n) => {
    const amount = dice.logNormal(usual, 0.12);
    const counterparty = `stranger-${n + 1}`;
    return transfer(customer.index, { kind: 'transfer_in', category: 'person', timeMs, counterparty, amount, fault });
  });
};

/** A mule: money comes, and within three hours nearly all of it leaves, in one to three parts; two to five times. */
export const passThroughFraud: Fraud = (fault, { customer, dice, thief }) => {
  const person = { category: 'person', fault };
  const payments = moments(fault, dice.integer(2, 5), dice).flatMap((timeMs, n) => {
    const counterparty = `stranger-${n + 1}`;
    const amount = dice.uniform(1_500, 2_500 + 6_000 * fault.severity);
    const parts = dice.integer(1, 3);
    const part = (amount * (1 - dice.uniform(0.02, 0.1))) / parts;
    const out = Array.from({ length: parts }, (_, nth) => ({
      ...person,
      kind: 'transfer_out' as const,
      timeMs: seconds(timeMs + dice.uniform(5 * MINUTE_MS, 3 * HOUR_MS)),
      counterparty: `${counterparty}-${nth + 1}`,
      amount: part,
      device: customer.wallet.main,
      country: thief.country,
    }));
    return [{ ...person, kind: 'transfer_in' as const, timeMs, counterparty, amount }, ...out];
  });
  return payments.map((payment) => transfer(customer.index, payment)).sort((a, b) => a.timeMs - b.timeMs);
};
