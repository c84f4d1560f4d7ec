import { DAY_MS, HOUR_MS, MINUTE_MS, WEEK_MS } from '../../../../src/event/time.ts';
import { Random } from '../../../../src/math/random.ts';
import type { Recording } from '../recording.ts';

/** A Monday. */
const START_MS = Date.UTC(2026, 0, 5);

/** A row's value by the hour of the day and the day of the week, Monday = 0; called once a row, in order. */
type Next = (hour: number, day: number) => number;
type Kind = (random: Random) => Next;

/** A value that changes with the one before it. */
function from(first: number, step: (value: number) => number): Next {
  let value = first;
  return () => {
    value = step(value);
    return value;
  };
}

function poisson(mean: number, random: Random): number {
  let count = 0;
  for (let left = Math.exp(-mean), drawn = random.next(), sum = left; drawn > sum && count < 100; sum += left) {
    count++;
    left *= mean / count;
  }
  return count;
}

/** Kinds of series as people have them, none of which has a fault. */
const KINDS: Readonly<Record<string, Kind>> = {
  constant: () => () => 5,
  'rare switch': (random) => from(0, (value) => (random.next() < 0.004 ? 1 - value : value)),
  door: (random) => {
    let open = 0;
    return (hour) => {
      if (open > 0) open--;
      else if (hour > 7 && hour < 22 && random.next() < 0.03) open = 1 + random.int(2);
      return Number(open > 0);
    };
  },
  'schedule of the day': (random) => {
    const [on, off] = [7 + random.next(), 18 + random.next()];
    return (hour) => Number(hour > on && hour < off);
  },
  'temperature in halves': (random) => {
    const wander = from(0, (value) => 0.99 * value + 0.05 * random.normal());
    return (hour, day) => Math.round(2 * (21 + 1.5 * Math.sin((2 * Math.PI * hour) / 24) + wander(hour, day))) / 2;
  },
  counts: (random) => (hour) => poisson(hour > 8 && hour < 20 ? 4 : 0.5, random),
  'amounts, mostly none': (random) => () => (random.next() < 0.9 ? 0 : Math.exp(2 + 0.8 * random.normal())),
  'log-normal latency': (random) => () => Math.exp(3 + 0.5 * random.normal()),
  'Pareto bytes': (random) => () => 100 * (1 - random.next()) ** (-1 / 1.5),
  'random walk': (random) => from(100, (value) => value + random.normal()),
  'slow noise': (random) => from(0, (value) => 0.99 * value + random.normal()),
  'tank that is filled': (random) =>
    from(100, (value) => (value < 20 + 3 * random.normal() ? 100 : value - 0.2 - 0.05 * random.normal())),
  'cooling compressor': (random) => {
    let on = false;
    return from(5, (value) => {
      on = value > 7 || (on && value >= 3);
      return value + (on ? -0.3 : 0.1) + 0.02 * random.normal();
    });
  },
  'load on weekdays': (random) => (hour, day) =>
    (day < 5 ? 60 : 20) * (hour > 8 && hour < 18 ? 1 : 0.3) * (1 + 0.1 * random.normal()),
  'solar power': (random) => {
    let clear = 1;
    return (hour) => {
      if (random.next() < 0.05) clear = 0.3 + 0.7 * random.next();
      return hour > 7 && hour < 17 ? Math.max(0, 1000 * clear * Math.sin((Math.PI * (hour - 7)) / 10)) : 0;
    };
  },
  'disk that fills': (random) => from(50, (value) => value + 0.002 + 0.0005 * random.normal()),
};

/** Names of the kinds. */
export const healthyKinds = Object.keys(KINDS) as readonly string[];

/** What is recorded of a kind. */
export interface HealthyTerms {
  readonly series: number;
  readonly weeks: number;
  readonly minutes: number;
  readonly seed: number;
}

/** Series of one kind, a row each so many minutes from a Monday's midnight on. */
export function healthySeries(kind: string, { series, weeks, minutes, seed }: HealthyTerms): Recording[] {
  const rows = Math.floor((weeks * WEEK_MS) / (minutes * MINUTE_MS));
  const times = Float64Array.from({ length: rows }, (_, row) => START_MS + row * minutes * MINUTE_MS);
  return Array.from({ length: series }, (_, n) => {
    const next = KINDS[kind](new Random(seed).fork(`${kind}/${n}`));
    const value = (time: number) => next((time % DAY_MS) / HOUR_MS, Math.floor((time - START_MS) / DAY_MS) % 7);
    return { name: `${kind} ${n}`, times, values: [times.map(value)] };
  });
}
