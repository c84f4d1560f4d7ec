import type { Logger } from 'pino';
import type { DetectorOptions } from '../detector/options.ts';
import type { StreamPlan } from '../pipeline/plan.ts';
import { enginesFor } from '../pipeline/run/engines.ts';

/** Which engines a stream gets, the best first. @throws Failure lstm/no-engine */
export type ChooseEngines = (options: DetectorOptions) => StreamPlan['engines'];

/** Chooses by what the stream says or by measuring, and logs what came of that. */
export function choosing(log: Logger): ChooseEngines {
  return (options) => {
    const { engines: best, rates } = enginesFor(options);
    const measured = Object.fromEntries([...rates].map(([kind, rate]) => [kind, Math.round(rate)]));
    const [{ kind: engine }] = best;
    if (rates.size > 0) {
      log.info({ stream: options.stream, engine, rows_per_cpu_second: measured }, `engine for a new state: ${engine}`);
    }
    return best;
  };
}
