import path from 'node:path';
import { loadConfig } from '../../../src/config/load.ts';
import { detectorOptions } from '../../../src/config/stream.ts';
import { Detector } from '../../../src/detector/detector.ts';
import type { DetectorOptions } from '../../../src/detector/options.ts';
import type { AlertOutput } from '../../../src/event/output.ts';
import { WEEK_MS } from '../../../src/event/time.ts';
import type { SimulatedEvent, World } from '../../../src/simulate/world.ts';
import { worlds } from '../../../src/simulate/worlds.ts';

/** A simulated world to run: its name, the simulator's options, and what becomes of the ready configuration. */
export interface Simulation {
  readonly world: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly change: (options: DetectorOptions) => DetectorOptions;
}

/** What a run of it gave. */
export interface SimulatedRun {
  /** Incidents as they were raised, silences apart. */
  readonly raised: readonly AlertOutput[];
  readonly series: number;
  readonly records: number;
  readonly firstMs: number;
  /** Length of the run. */
  readonly weeks: number;
}

const BATCH = 256;

/** Runs a simulated world through the detector by the ready configuration of its name. */
export function simulated({ world: name, options, change }: Simulation): SimulatedRun {
  const world = worldOf(name);
  const stream = loadConfig(path.resolve(`config/${name}.yaml`), {}).streams[name];
  const settings = change({ ...detectorOptions(name, stream), scores: false });
  const detector = new Detector(settings);
  const raised: AlertOutput[] = [];
  const series = new Set<string>();
  const take = () => {
    for (const output of detector.drain()) {
      if (output.kind === 'alert' && output.reason !== 'silent' && isRaised(output)) raised.push(output);
    }
  };
  let [rows, firstMs, lastMs] = [0, Number.NaN, Number.NaN];
  for (const event of world.generate(world.options.parse(options))) {
    if (rows++ === 0) firstMs = event.timeMs;
    lastMs = event.timeMs;
    series.add(event.series);
    detector.observe({ series: event.series, timeMs: event.timeMs, values: valuesOf(event, settings) });
    if (rows % BATCH === 0) take();
  }
  take();
  return { raised, series: series.size, records: rows, firstMs, weeks: (lastMs - firstMs) / WEEK_MS };
}

function isRaised({ state, revision }: AlertOutput): boolean {
  return state === 'firing' && revision === 0;
}

function worldOf(name: string): World {
  const world = worlds.find((other) => other.name === name);
  if (world === undefined) throw new Error(`there is no world ${name}`);
  return world;
}

/** Values as decoding leaves them: what is not valid is missing. */
function valuesOf({ fields }: SimulatedEvent, { channels }: DetectorOptions): Float64Array {
  return Float64Array.from(channels, ({ name, at, valid }) => {
    const value = fields[at?.replace(/^\//, '') ?? name];
    const [low, high] = valid ?? [null, null];
    const isValid = typeof value === 'number' && value >= (low ?? -Infinity) && value <= (high ?? Infinity);
    return isValid ? value : Number.NaN;
  });
}
