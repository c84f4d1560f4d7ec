import { z } from 'zod';
import { seriesName } from '../fields.ts';
import { type LocalTime, newYorkMoment, newYorkTime } from '../local-time.ts';
import { sharedOptions, span } from '../options.ts';
import { defineWorld, type SimulatedEvent } from '../world.ts';
import { Bank } from './bank.ts';
import type { Payment } from './payment.ts';

const FAULTS = ['stolen_card', 'compromised_terminal', 'structuring', 'fan_in', 'pass_through'] as const;

function event({ timeMs, account, amount, distanceKm, fault, ...payment }: Payment): SimulatedEvent {
  const { kind, category, counterparty, country, device } = payment;
  const series = seriesName('account', account);
  const time = new Date(timeMs).toISOString();
  const words = { kind, category, counterparty, country, device: device === '' ? null : device };
  const fields = { time, account: series, ...words, amount, distance_km: distanceKm };
  return { series, timeMs, fields, fault };
}

function dayOf(day: number): LocalTime {
  return newYorkTime(newYorkMoment(day, 12));
}

/**
 * Accounts of people with habits; fraud adds payments and leaves the honest ones as they are. Event times are
 * irregular.
 */
export const accounts = defineWorld({
  name: 'accounts',
  summary: 'Bank accounts: purchases, transfers and cash by customer habits, with card fraud and money laundering.',
  key: 'account',
  channels: ['amount', 'distance_km'],
  attributes: ['kind', 'category', 'counterparty', 'country', 'device'],
  faults: FAULTS,
  options: z.strictObject({
    accounts: z.int().min(1).max(100_000).default(50).describe('Number of accounts.'),
    purchases_per_day: z.number().positive().max(1_000).default(4).describe('Mean purchases of an account a day.'),
    threshold: z
      .number()
      .positive()
      .default(10_000)
      .describe('Cash from which a bank must report; structuring stays below.'),
    ...sharedOptions({ faults: FAULTS, faultRate: 0.01, calm: '14d' }),
  }),
  *generate(options) {
    const { startMs, endMs } = span(options);
    const bank = new Bank(options, startMs);
    for (let { day } = newYorkTime(startMs); newYorkMoment(day, 0) < endMs; day++) {
      for (const payment of bank.day(dayOf(day), newYorkMoment(day + 1, 0))) {
        if (payment.timeMs >= startMs && payment.timeMs < endMs) yield event(payment);
      }
    }
  },
});
