import { z } from 'zod';
import { durationMs } from '../../event/duration.ts';
import { DAY_MS, MINUTE_MS } from '../../event/time.ts';
import { Dice } from '../dice.ts';
import { type FaultKind, FaultPlan } from '../faults.ts';
import { seriesName } from '../fields.ts';
import { sharedOptions, span } from '../options.ts';
import { defineWorld } from '../world.ts';
import { Garch } from './garch.ts';
import { bars, SESSION_MS } from './session.ts';
import { MarketSymbol } from './symbol.ts';

const FAULTS = ['bad_tick', 'flash_crash', 'stale_quote', 'volume_burst'] as const;

/** A bad tick is one bar; the others last as long whatever the bar. */
function kinds(intervalMs: number): readonly FaultKind[] {
  return [
    { fault: 'bad_tick', lastsMs: [intervalMs, intervalMs] },
    { fault: 'flash_crash', lastsMs: [15 * MINUTE_MS, 40 * MINUTE_MS] },
    { fault: 'stale_quote', lastsMs: [10 * MINUTE_MS, 60 * MINUTE_MS] },
    { fault: 'volume_burst', lastsMs: [5 * MINUTE_MS, 20 * MINUTE_MS] },
  ];
}

/**
 * Shares of one exchange that share a market. Faults run on the trading clock: none starts at night, and the bell ends
 * them.
 */
export const market = defineWorld({
  name: 'market',
  summary: 'Shares in New York sessions: price, volume and spread, by GARCH with Student-t shocks and a common factor.',
  key: 'symbol',
  channels: ['price', 'volume', 'spread'],
  faults: FAULTS,
  options: z.strictObject({
    symbols: z.int().min(1).max(100_000).default(4).describe('Number of shares.'),
    interval: durationMs.prefault('1m').describe('Length of a bar.'),
    ...sharedOptions({ faults: FAULTS, faultRate: 0.4, calm: '2d' }),
    fault_rate: z
      .number()
      .nonnegative()
      .default(0.4)
      .describe('Mean number of faults per share and session; 0 = none.'),
  }),
  *generate(options) {
    const { startMs, endMs } = span(options);
    const chosen = kinds(options.interval).filter(({ fault }) => options.faults.some((name) => name === fault));
    const perDay = (options.fault_rate * DAY_MS) / SESSION_MS;
    const fromMs = (options.calm / DAY_MS) * SESSION_MS;
    const symbols = Array.from({ length: options.symbols }, (_, index) => {
      const name = seriesName('symbol', index);
      const plan = new FaultPlan(name, new Dice(options.seed, `market/${name}/faults`), {
        kinds: chosen,
        perDay,
        fromMs,
      });
      return new MarketSymbol(name, new Dice(options.seed, `market/${name}`), plan, options.interval);
    });
    const common = new Garch(new Dice(options.seed, 'market'));
    for (const bar of bars(startMs, endMs, options.interval)) {
      const shock = common.next();
      for (const symbol of symbols) yield symbol.report(bar, shock);
    }
  },
});
