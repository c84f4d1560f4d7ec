import { DAY_MS, type EpochMs } from '../../event/time.ts';
import { Dice } from '../dice.ts';
import { type Episode, FaultPlan } from '../faults.ts';
import { seriesName } from '../fields.ts';
import { type LocalTime, newYorkTime } from '../local-time.ts';
import type { SharedOptions } from '../options.ts';
import { Customer } from './customer.ts';
import { clonedCard, type Fraud, fanInFraud, passThroughFraud, stolenCard, structuringFraud } from './frauds.ts';
import type { Payment } from './payment.ts';
import { placeTerminals, type Terminal } from './terminals.ts';
import { thiefMeans, Wallet } from './wallet.ts';

const FRAUDS: readonly {
  readonly fault: string;
  readonly lastsMs: readonly [number, number];
  readonly fraud: Fraud;
}[] = [
  { fault: 'stolen_card', lastsMs: [DAY_MS / 24, DAY_MS / 2], fraud: stolenCard },
  { fault: 'structuring', lastsMs: [3 * DAY_MS, 10 * DAY_MS], fraud: structuringFraud },
  { fault: 'fan_in', lastsMs: [DAY_MS / 2, 2 * DAY_MS], fraud: fanInFraud },
  { fault: 'pass_through', lastsMs: [DAY_MS, 6 * DAY_MS], fraud: passThroughFraud },
];
const TERMINAL_LASTS_MS = [3 * DAY_MS, 10 * DAY_MS] as const;
/** A bad terminal clones the cards of about so many customers, so it is that much rarer than the others. */
const CLONED = 5;

/** The options of the world that the bank needs: see `accounts`. */
export interface BankOptions extends SharedOptions {
  readonly accounts: number;
  readonly purchases_per_day: number;
  readonly threshold: number;
}

interface Account {
  readonly customer: Customer;
  readonly dice: Dice;
  /** Of what thieves pay with: the frauds' other draws do not change with it. */
  readonly thieves: Dice;
  readonly plan: FaultPlan;
}

/** All accounts of a bank, day by day: what their owners do, and what others do to them. */
export class Bank {
  readonly #terminals: readonly Terminal[];
  readonly #accounts: readonly Account[];
  readonly #threshold: number;
  readonly #breaches: FaultPlan;
  readonly #breachDice: Dice;
  #breach: { readonly episode: Episode; readonly terminal: string; readonly cloned: Set<number> } | undefined;
  /** Fraudulent payments of days to come. */
  readonly #pending = new Map<number, Payment[]>();

  constructor(options: BankOptions, startMs: EpochMs) {
    const { seed, accounts, faults, threshold } = options;
    const fromMs = startMs + options.calm;
    const kinds = FRAUDS.filter(({ fault }) => faults.includes(fault));
    const perDay = options.fault_rate * (kinds.length / Math.max(1, faults.length));
    const breachesPerDay = (options.fault_rate * accounts) / Math.max(1, faults.length) / CLONED;
    const breachKinds = faults.includes('compromised_terminal')
      ? [{ fault: 'compromised_terminal', lastsMs: TERMINAL_LASTS_MS }]
      : [];
    this.#threshold = threshold;
    this.#terminals = placeTerminals(
      new Dice(seed, 'accounts/terminals'),
      Math.min(2_000, Math.max(400, 4 * accounts)),
    );
    this.#breachDice = new Dice(seed, 'accounts/breaches');
    this.#breaches = new FaultPlan('', this.#breachDice, { kinds: breachKinds, perDay: breachesPerDay, fromMs });
    this.#accounts = Array.from({ length: accounts }, (_, index) => {
      const name = seriesName('account', index);
      const dice = new Dice(seed, `accounts/${name}/faults`);
      const thieves = new Dice(seed, `accounts/${name}/thieves`);
      const wallet = new Wallet(new Dice(seed, `accounts/${name}/wallet`));
      const person = { dice: new Dice(seed, `accounts/${name}`), wallet };
      const customer = new Customer(index, person, this.#terminals, options.purchases_per_day);
      return { customer, dice, thieves, plan: new FaultPlan(name, dice, { kinds, perDay, fromMs }) };
    });
  }

  /** All payments of a local day that ends at `endMs`, in the order of time. O(p log p) for p payments. */
  day(local: LocalTime, endMs: EpochMs): readonly Payment[] {
    const habitual = this.#accounts.flatMap(({ customer }) => customer.day(local));
    for (const account of this.#accounts) {
      for (const episode of account.plan.starting(endMs)) this.#commit(episode, account);
    }
    this.#clone(habitual, endMs);
    const payments = [...habitual, ...(this.#pending.get(local.day) ?? [])];
    this.#pending.delete(local.day);
    return payments.sort((a, b) => a.timeMs - b.timeMs || a.account - b.account);
  }

  #commit(episode: Episode, { customer, dice, thieves }: Account): void {
    const fraud = FRAUDS.find(({ fault }) => fault === episode.fault)?.fraud ?? clonedCard;
    const thief = thiefMeans(thieves, customer.wallet);
    const scene = { customer, dice, thief, terminals: this.#terminals, threshold: this.#threshold };
    for (const payment of fraud(episode, scene)) {
      const { day } = newYorkTime(payment.timeMs);
      const others = this.#pending.get(day);
      if (others === undefined) this.#pending.set(day, [payment]);
      else others.push(payment);
    }
  }

  /** Whoever pays at a compromised terminal has the card cloned, once. */
  #clone(payments: readonly Payment[], endMs: EpochMs): void {
    for (const episode of this.#breaches.starting(endMs)) {
      const { customer } = this.#breachDice.pick(this.#accounts);
      this.#breach = { episode, terminal: this.#breachDice.pick(customer.haunts).name, cloned: new Set() };
    }
    if (this.#breach === undefined) return;
    const { episode, terminal, cloned } = this.#breach;
    for (const { counterparty, account, timeMs } of payments) {
      const inTime = timeMs >= episode.startMs && timeMs < episode.endMs;
      if (!inTime || counterparty !== terminal || cloned.has(account)) continue;
      cloned.add(account);
      const series = seriesName('account', account);
      this.#commit({ ...episode, series, startMs: timeMs }, this.#accounts[account]);
    }
  }
}
