import type { Dice } from '../dice.ts';
import { round } from '../fields.ts';
import { isWeekend, type LocalTime, newYorkMoment } from '../local-time.ts';
import { type Payment, transfer } from './payment.ts';
import { distanceKm, type Location, SIDE_KM, somewhere, type Terminal } from './terminals.ts';
import type { Wallet } from './wallet.ts';

/** Terminals a customer goes to. */
const HAUNTS = 25;

/** What makes a customer the one they are. */
export interface Person {
  readonly dice: Dice;
  readonly wallet: Wallet;
}

/** O(terminals), and a sort of the near ones: twice as many as wanted in the middle of the map. */
function nearest(home: Location, terminals: readonly Terminal[]): readonly Terminal[] {
  const reachKm = SIDE_KM * Math.sqrt((2 * HAUNTS) / (Math.PI * terminals.length));
  const near = terminals.filter((terminal) => distanceKm(home, terminal) < reachKm);
  const enough = near.length < HAUNTS ? [...terminals] : near;
  return enough.sort((a, b) => distanceKm(home, a) - distanceKm(home, b)).slice(0, HAUNTS);
}

/**
 * A customer with habits, after the transaction simulator of the Fraud Detection Handbook (Le Borgne et al. 2022,
 * chapter 3.2): a home on a map, terminals within reach, a number of purchases a day (Poisson) and a usual amount, all
 * their own. Beyond it: amounts are log-normal by category, favourites are visited by Zipf's law, hours have peaks, and
 * wages, rent and friends move money too.
 */
export class Customer {
  readonly index: number;
  readonly wallet: Wallet;
  readonly home: Location;
  /** Nearest first. */
  readonly haunts: readonly Terminal[];
  /** A usual purchase of factor 1. */
  readonly usual: number;
  readonly #dice: Dice;
  readonly #liking: readonly number[];
  readonly #perDay: number;
  readonly #weekend: number;
  readonly #peaks: readonly number[];
  readonly #payday: number;
  readonly #wage: number;
  readonly #rentDay: number;
  readonly #cashPerDay: number;

  constructor(index: number, { dice, wallet }: Person, terminals: readonly Terminal[], perDay: number) {
    this.index = index;
    this.wallet = wallet;
    this.#dice = dice;
    this.home = somewhere(dice);
    this.haunts = nearest(this.home, terminals);
    const ranks = dice.shuffled(this.haunts.map((_, rank) => rank));
    this.#liking = this.haunts.map(({ goods }, at) => goods.weight / (1 + ranks[at]));
    this.usual = dice.logNormal(30, 0.5);
    this.#perDay = perDay * dice.uniform(0.3, 1.7);
    this.#weekend = dice.uniform(0.7, 1.5);
    this.#peaks = [dice.uniform(7.5, 9), dice.uniform(12, 13.5), dice.uniform(17, 20)];
    this.#payday = dice.integer(1, 28);
    this.#wage = this.usual * dice.uniform(60, 110);
    this.#rentDay = dice.integer(1, 5);
    this.#cashPerDay = dice.chance(0.3) ? 0.05 : 0.005;
  }

  /** What the customer does on a local day, in no order. */
  day(local: LocalTime): Payment[] {
    const payments: Payment[] = [];
    const purchases = this.#dice.poisson(this.#perDay * (isWeekend(local) ? this.#weekend : 1));
    for (let n = 0; n < purchases; n++) payments.push(this.#purchase(local.day));
    if (local.date === this.#payday) payments.push(this.#wages(local.day));
    if (local.date === this.#rentDay) payments.push(this.#rent(local.day));
    if (this.#dice.chance(0.06)) payments.push(this.#friend(local.day));
    if (this.#dice.chance(this.#cashPerDay)) payments.push(this.#cash(local.day));
    return payments;
  }

  /**
   * A moment of the day when this customer is about: near one of three peaks. The dice are the caller’s: fraud must not
   * disturb the habits’.
   */
  moment(day: number, dice: Dice): number {
    const hour = dice.pick(this.#peaks) + dice.normal(0, 1.3);
    return newYorkMoment(day, round(Math.min(23.9, Math.max(5.5, hour)) * 3600, 0) / 3600);
  }

  #purchase(day: number): Payment {
    const terminal = this.haunts[this.#dice.weighted(this.#liking)];
    const { category, factor, sigma } = terminal.goods;
    return {
      timeMs: this.moment(day, this.#dice),
      account: this.index,
      kind: 'purchase',
      category,
      counterparty: terminal.name,
      amount: round(Math.max(0.5, this.#dice.logNormal(this.usual * factor, sigma)), 2),
      distanceKm: round(distanceKm(this.home, terminal), 1),
      ...this.wallet.purchase(),
    };
  }

  #wages(day: number): Payment {
    const amount = this.#wage * this.#dice.logNormal(1, 0.03);
    const wages = { kind: 'transfer_in', category: 'wages', counterparty: 'employer', amount } as const;
    return transfer(this.index, { ...wages, timeMs: newYorkMoment(day, 6) });
  }

  #rent(day: number): Payment {
    const rent = {
      kind: 'transfer_out',
      category: 'rent',
      counterparty: 'landlord',
      amount: this.#wage * 0.3,
      device: this.wallet.main,
    } as const;
    return transfer(this.index, { ...rent, timeMs: newYorkMoment(day, 7) });
  }

  #friend(day: number): Payment {
    const kind = this.#dice.chance(0.5) ? 'transfer_in' : 'transfer_out';
    const counterparty = `friend-${this.#dice.integer(1, 4)}`;
    const timeMs = this.moment(day, this.#dice);
    const amount = this.#dice.logNormal(this.usual * 1.2, 0.7);
    const device = kind === 'transfer_out' ? this.wallet.main : '';
    return transfer(this.index, { kind, category: 'person', counterparty, timeMs, amount, device });
  }

  #cash(day: number): Payment {
    const timeMs = this.moment(day, this.#dice);
    const amount = this.#dice.logNormal(this.usual * 8, 0.6);
    return transfer(this.index, { kind: 'cash_deposit', category: 'cash', counterparty: 'branch', timeMs, amount });
  }
}
