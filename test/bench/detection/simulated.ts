import path from 'node:path';
import { loadConfig } from '../../../src/config/load.ts';
import { detectorOptions } from '../../../src/config/stream.ts';
import { Detector } from '../../../src/detector/detector.ts';
import type { DetectorOptions } from '../../../src/detector/options.ts';
import type { Observation } from '../../../src/event/observation.ts';
import type { AlertOutput } from '../../../src/event/output.ts';
import { WEEK_MS } from '../../../src/event/time.ts';
import { type Truth, TruthLedger } from '../../../src/simulate/truth.ts';
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
  /** Every step of every alert, and what really happened. */
  readonly alerts: readonly AlertOutput[];
  readonly truth: readonly Truth[];
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
  const alerts: AlertOutput[] = [];
  const ledger = new TruthLedger();
  const series = new Set<string>();
  const take = () => {
    for (const output of detector.drain()) if (output.kind === 'alert') alerts.push(output);
  };
  let [rows, firstMs, lastMs] = [0, Number.NaN, Number.NaN];
  for (const event of world.generate(world.options.parse(options))) {
    if (rows++ === 0) firstMs = event.timeMs;
    lastMs = event.timeMs;
    series.add(event.series);
    ledger.see(event);
    detector.observe(observationOf(event, settings));
    if (rows % BATCH === 0) take();
  }
  take();
  const raised = alerts.filter((alert) => alert.reason !== 'silent' && isRaised(alert));
  const truth = ledger.records();
  return { alerts, truth, raised, series: series.size, records: rows, firstMs, weeks: (lastMs - firstMs) / WEEK_MS };
}

function isRaised({ state, revision }: AlertOutput): boolean {
  return state === 'firing' && revision === 0;
}

function worldOf(name: string): World {
  const world = worlds.find((other) => other.name === name);
  if (world === undefined) throw new Error(`there is no world ${name}`);
  return world;
}

/** An event as decoding leaves it. */
function observationOf(event: SimulatedEvent, settings: DetectorOptions): Observation {
  const { series, timeMs, fields } = event;
  const { attributes = [] } = settings;
  const values = valuesOf(event, settings);
  if (attributes.length === 0) return { series, timeMs, values };
  return { series, timeMs, values, attributes: attributes.map((name) => String(fields[name] ?? '')) };
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
