import { HOUR_MS } from '../../event/time.ts';
import type { Dice } from '../dice.ts';
import { type Episode, type FaultPlan, progress } from '../faults.ts';
import { round } from '../fields.ts';
import { Wander } from '../wander.ts';
import type { SimulatedEvent } from '../world.ts';
import { Garch } from './garch.ts';
import { type PriceBar, SESSION_MS, volatilityProfile, volumeProfile } from './session.ts';

interface Quote {
  readonly price: number;
  readonly volume: number;
  readonly spread: number;
}

/** How deep a flash crash is at the share `gone` of its time: down in the first fifth, then back, as on 6 May 2010. */
function crashShape(gone: number): number {
  return gone < 0.2 ? gone / 0.2 : Math.exp(-4 * (gone - 0.2));
}

/** One share: a part of the market's shock, a shock of its own, and the volume and spread that go with their size. */
export class MarketSymbol {
  readonly #name: string;
  readonly #dice: Dice;
  readonly #plan: FaultPlan;
  readonly #own: Garch;
  readonly #beta: number;
  readonly #perBar: number;
  readonly #dailySd: number;
  readonly #interest: Wander;
  readonly #volume: number;
  #logPrice: number;
  #frozen: Quote | undefined;

  constructor(name: string, dice: Dice, plan: FaultPlan, intervalMs: number) {
    this.#name = name;
    this.#dice = dice;
    this.#plan = plan;
    this.#own = new Garch(dice);
    this.#beta = dice.uniform(0.5, 0.8);
    this.#dailySd = dice.uniform(0.011, 0.022);
    this.#perBar = this.#dailySd * Math.sqrt(intervalMs / SESSION_MS);
    this.#interest = new Wander(dice, { sd: 0.35, tauMs: HOUR_MS / 2, stepMs: intervalMs });
    this.#volume = dice.logNormal(9_000, 0.6) * (intervalMs / 60_000);
    this.#logPrice = Math.log(dice.logNormal(90, 0.5));
  }

  /** `common`: the market's shock of this bar, of unit variance. */
  report({ timeMs, iso, elapsed, tradingMs, first }: PriceBar, common: number): SimulatedEvent {
    if (first) this.#plan.cut(tradingMs);
    const fault = this.#plan.at(tradingMs);
    const shock = this.#beta * common + Math.sqrt(1 - this.#beta * this.#beta) * this.#own.next();
    const overnight = first && tradingMs > 0 ? 0.5 * this.#dailySd * this.#dice.studentT(5) : 0;
    this.#logPrice += overnight + this.#perBar * volatilityProfile(elapsed) * shock;
    const quote = this.#shown(this.#fair(elapsed, shock), tradingMs, fault);
    const fields = {
      time: iso,
      symbol: this.#name,
      price: Math.max(0.01, round(quote.price, 2)),
      volume: round(quote.volume, 0),
      spread: Math.max(0.01, round(quote.spread, 2)),
    };
    return { series: this.#name, timeMs, fields, fault };
  }

  #fair(elapsed: number, shock: number): Quote {
    const price = Math.exp(this.#logPrice);
    const size = Math.min(4, Math.abs(shock));
    const eager = this.#interest.next() + 0.25 * size + this.#dice.normal(0, 0.25);
    const spread = price * 0.00025 * volatilityProfile(elapsed) * (1 + 0.3 * size) * this.#dice.logNormal(1, 0.15);
    return { price, volume: this.#volume * volumeProfile(elapsed) * Math.exp(eager), spread };
  }

  /** What the feed says: a fault is in the quotes, the fair price continues beneath. */
  #shown(fair: Quote, tradingMs: number, fault: Episode | undefined): Quote {
    if (fault?.fault !== 'stale_quote') this.#frozen = undefined;
    switch (fault?.fault) {
      case 'bad_tick':
        return { ...fair, price: fair.price * (1 + fault.sign * (0.03 + 0.12 * fault.severity)) };
      case 'flash_crash': {
        const depth = crashShape(progress(fault, tradingMs));
        const price = fair.price * (1 - (0.04 + 0.06 * fault.severity) * depth);
        return { price, volume: fair.volume * (1 + 7 * depth), spread: fair.spread * (1 + 5 * depth) };
      }
      case 'stale_quote':
        this.#frozen ??= fair;
        return { ...this.#frozen, volume: fair.volume };
      case 'volume_burst':
        return { ...fair, volume: fair.volume * (6 + 10 * fault.severity) };
      default:
        return fair;
    }
  }
}
