import path from 'node:path';
import { fileJob } from '../../../src/cli/replay-job.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { detectorOptions } from '../../../src/config/stream.ts';
import type { DetectorOptions } from '../../../src/detector/options.ts';
import type { Observation } from '../../../src/event/observation.ts';
import { worlds } from '../../../src/simulate/worlds.ts';

/** What is forecast, and how. */
export interface ForecastSet {
  readonly name: string;
  readonly options: DetectorOptions;
  readonly observations: readonly Observation[];
  /** The channel that is compared. */
  readonly channel: number;
  /** Rows ahead. */
  readonly rows: number;
  /** Rows of a season; 0 = none. */
  readonly season: number;
  /** Forecasts for each series that are compared. */
  readonly origins: number;
}

const NEVER = new AbortController().signal;

/** The sets of this name, from the data in `folder`. */
export async function setOf(name: string, folder: string): Promise<ForecastSet> {
  const nab = path.join(folder, 'nab/data/realKnownCause');
  switch (name) {
    case 'taxi':
      return { name, ...(await csv(`${nab}/nyc_taxi.csv`, 'value', 'none')), rows: 96, season: 48, origins: 24 };
    case 'temperature': {
      const file = `${nab}/ambient_temperature_system_failure.csv`;
      return { name, ...(await csv(file, 'value', 'none')), rows: 48, season: 24, origins: 24 };
    }
    case 'vix': {
      const file = path.join(folder, 'market/vix-daily.csv');
      return { name, ...(await csv(file, 'CLOSE', 'log_return')), rows: 20, season: 0, origins: 48 };
    }
    case 'sp500': {
      const file = path.join(folder, 'market/data.csv');
      return { name, ...(await csv(file, 'SP500', 'log_return')), rows: 12, season: 0, origins: 48 };
    }
    case 'homes':
      return { name, ...homes(), rows: 96, season: 288, origins: 12 };
    default:
      throw new Error(`there is no set ${name}`);
  }
}

async function csv(file: string, column: string, transform: string) {
  const flags = { format: 'auto', header: true, clock: true, timeFormat: 'auto', timeZone: 'UTC' } as const;
  const job = await fileJob(file, { ...flags, valueColumns: [column], transform, seed: 1, engine: 'auto' });
  const decoder = job.decoder(await job.source.columns?.());
  const observations: Observation[] = [];
  for await (const batch of job.source.read(0, NEVER))
    for (const record of batch) observations.push(decoder.decode(record));
  await job.source.close();
  return { options: { ...job.options, scores: true }, observations, channel: 0 };
}

/** Two homes for three weeks without faults: 5-minute rows of setpoint, outside, inside and furnace. */
function homes() {
  const stream = loadConfig(path.resolve('config/thermostat.yaml'), {}).streams.thermostat;
  const options = { ...detectorOptions('thermostat', stream), scores: true };
  const world = worlds.find(({ name }) => name === 'thermostat');
  if (world === undefined) throw new Error('there is no world thermostat');
  const settings = world.options.parse({ homes: 2, days: 21, fault_rate: 0, seed: 5 });
  const observations: Observation[] = [];
  for (const { series, timeMs, fields } of world.generate(settings)) {
    const values = Float64Array.from(options.channels, ({ name }) => Number(fields[name] ?? Number.NaN));
    observations.push({ series, timeMs, values });
  }
  return { options, observations, channel: options.channels.findIndex(({ name }) => name === 'inside') };
}
