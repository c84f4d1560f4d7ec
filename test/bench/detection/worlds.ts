import path from 'node:path';
import { loadConfig } from '../../../src/config/load.ts';
import { detectorOptions } from '../../../src/config/stream.ts';
import { Detector } from '../../../src/detector/detector.ts';
import type { DetectorOptions } from '../../../src/detector/options.ts';
import type { AlertOutput, Output } from '../../../src/event/output.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, WEEK_MS } from '../../../src/event/time.ts';
import { type Truth, TruthLedger } from '../../../src/simulate/truth.ts';
import type { SimulatedEvent } from '../../../src/simulate/world.ts';
import { worlds } from '../../../src/simulate/worlds.ts';

/** How a simulated world is judged: the figures of the detection trial. */
export interface WorldSetting {
  /** Option of the simulator that says how many series there are, and how many. */
  readonly count: string;
  readonly series: number;
  readonly rowMs: number;
  /** After a fault, alerts that its consequences raise are neither found nor false. */
  readonly aftermathMs: number;
  /** False alarms allowed, per series and week. */
  readonly budget: number;
  /** [faults per series and day, days]: at the simulator's default rate, and at half the budget's. */
  readonly usual: readonly [number, number];
  readonly half: readonly [number, number];
}

export const SETTINGS: Readonly<Record<string, WorldSetting>> = {
  thermostat: {
    count: 'homes',
    series: 12,
    rowMs: 5 * MINUTE_MS,
    aftermathMs: 12 * HOUR_MS,
    budget: 84 / 365.25,
    usual: [0.07, 45],
    half: [0.016, 120],
  },
  machine: {
    count: 'machines',
    series: 4,
    rowMs: 30_000,
    aftermathMs: 30 * MINUTE_MS,
    budget: 3 / 4,
    usual: [2, 10],
    half: [0.05, 60],
  },
  wearable: {
    count: 'people',
    series: 6,
    rowMs: 5 * MINUTE_MS,
    aftermathMs: 12 * HOUR_MS,
    budget: 84 / 365.25,
    usual: [0.1, 45],
    half: [0.016, 120],
  },
  market: {
    count: 'symbols',
    series: 4,
    rowMs: 72_000,
    aftermathMs: HOUR_MS,
    budget: 3 / 4,
    usual: [0.4, 60],
    half: [0.05, 120],
  },
  accounts: {
    count: 'accounts',
    series: 50,
    rowMs: MINUTE_MS,
    aftermathMs: 48 * HOUR_MS,
    budget: 14 / 50,
    usual: [0.01, 150],
    half: [0.01, 180],
  },
};

export type Rate = 'usual' | 'half' | 'none';

/** What a run of a world gave. */
export interface WorldRun {
  readonly alerts: readonly AlertOutput[];
  readonly truth: readonly Truth[];
  readonly rows: number;
  readonly weeks: number;
  readonly firstMs: number;
  readonly cpuSeconds: number;
}

/** A fault, and what became of it. */
export interface Found {
  readonly truth: Truth;
  readonly hits: readonly AlertOutput[];
  readonly beforeEnd: boolean;
  readonly delayMs: number;
  readonly rightChannel: boolean;
  readonly resolvedEarly: boolean;
}

/** Runs a world through the detector, by the ready configuration of its name. `change`: other options than configured. */
export function runWorld(
  name: string,
  rate: Rate,
  seed: number,
  change: (options: DetectorOptions) => DetectorOptions = (options) => options,
): WorldRun {
  const setting = SETTINGS[name];
  const world = worlds.find((other) => other.name === name);
  if (world === undefined) throw new Error(`no world is called ${name}`);
  const config = loadConfig(path.resolve(`config/${name}.yaml`), {});
  const stream = config.streams[name];
  const options = change({ ...detectorOptions(name, stream), scores: false });
  const detector = new Detector(options);
  const [perDay, days] = rate === 'none' ? [0, setting.half[1]] : setting[rate];
  const parsed = world.options.parse({ [setting.count]: setting.series, days, seed, fault_rate: perDay });
  const fields = options.channels.map(({ name: channel, at }) => at?.replace(/^\//, '') ?? channel);
  const ledger = new TruthLedger();
  const alerts: AlertOutput[] = [];
  const before = process.cpuUsage();
  let firstMs = Number.NaN;
  let lastMs = 0;
  let rows = 0;
  for (const event of world.generate(parsed) as Iterable<SimulatedEvent>) {
    ledger.see(event);
    if (rows++ === 0) firstMs = event.timeMs;
    lastMs = event.timeMs;
    detector.observe({
      series: event.series,
      timeMs: event.timeMs,
      values: valuesOf(event, fields, options),
      ...attributesOf(event, options),
    });
    if (rows % 256 === 0) keepAlerts(detector.drain(), alerts);
  }
  keepAlerts(detector.drain(), alerts);
  const used = process.cpuUsage(before);
  return {
    alerts,
    truth: ledger.records(),
    rows,
    weeks: (setting.series * (lastMs - firstMs)) / WEEK_MS,
    firstMs,
    cpuSeconds: (used.user + used.system) / 1e6,
  };
}

function keepAlerts(outputs: readonly Output[], alerts: AlertOutput[]): void {
  for (const output of outputs) if (output.kind === 'alert') alerts.push(output);
}

/** What is no number, as decoding would leave it. */
function attributesOf(event: SimulatedEvent, { attributes = [] }: DetectorOptions): { attributes?: readonly string[] } {
  if (attributes.length === 0) return {};
  return { attributes: attributes.map((name) => String(event.fields[name] ?? '')) };
}

/** Values as decoding would leave them: what is not valid is missing. */
function valuesOf(event: SimulatedEvent, fields: readonly string[], { channels }: DetectorOptions): Float64Array {
  const values = new Float64Array(fields.length);
  for (let d = 0; d < fields.length; d++) {
    const value = event.fields[fields[d]];
    const [low, high] = channels[d].valid ?? [null, null];
    const valid = typeof value === 'number' && value >= (low ?? -Infinity) && value <= (high ?? Infinity);
    values[d] = valid ? value : Number.NaN;
  }
  return values;
}

/** Channels that a fault shows in, where the world's truth does not name one. */
const SHOWS_IN: Readonly<Record<string, readonly string[]>> = {
  furnace_failed: ['inside', 'hvac'],
  window_open: ['inside', 'hvac'],
  sensor_drift: ['inside', 'hvac'],
  sensor_stuck: ['inside', 'hvac'],
  arrhythmia: ['heart_rate'],
  fever: ['heart_rate', 'skin_temperature'],
  bad_tick: ['price'],
  flash_crash: ['price', 'volume', 'spread'],
  stale_quote: ['price', 'spread'],
  volume_burst: ['volume'],
};

/** Each fault of a run, and the incidents outside all of them. */
export function judgeWorld(
  name: string,
  { alerts, truth }: WorldRun,
): { found: readonly Found[]; falses: readonly AlertOutput[] } {
  const { rowMs, aftermathMs } = SETTINGS[name];
  const raised = new Map<string, AlertOutput>();
  const resolved = new Map<string, number>();
  for (const alert of alerts) {
    if (alert.state === 'resolved') resolved.set(alert.id, alert.timeMs);
    else if (alert.reason !== 'silent' && !raised.has(alert.id)) raised.set(alert.id, alert);
  }
  const explained = new Set<string>();
  const found = truth.map((fault) => {
    const { startMs, endMs } = fault;
    const mine = [...raised.values()].filter(({ series, timeMs }) => series === fault.series && timeMs >= startMs);
    const hits = mine.filter(({ timeMs }) => timeMs <= endMs + rowMs);
    for (const { id, timeMs } of mine) if (timeMs <= endMs + rowMs + aftermathMs) explained.add(id);
    const places = fault.channel === undefined ? SHOWS_IN[fault.fault] : [fault.channel];
    return {
      truth: fault,
      hits,
      beforeEnd: hits.some(({ timeMs }) => timeMs <= endMs),
      delayMs: hits.length > 0 ? hits[0].timeMs - startMs : Number.NaN,
      rightChannel: hits.length > 0 && (places === undefined || places.includes(hits[0].channel)),
      resolvedEarly: hits.length > 0 && hits.every(({ id }) => (resolved.get(id) ?? Infinity) < endMs),
    };
  });
  return { found, falses: [...raised.values()].filter(({ id }) => !explained.has(id)) };
}

function median(values: readonly number[]): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  return sorted.length === 0 ? Number.NaN : sorted[sorted.length >> 1];
}

function count<T>(items: readonly T[], is: (item: T) => boolean): number {
  return items.filter(is).length;
}

/** One line about a run, and one for each kind of fault. */
export function describeWorld(name: string, run: WorldRun): string {
  const { found, falses } = judgeWorld(name, run);
  const { budget } = SETTINGS[name];
  const caught = count(found, ({ hits }) => hits.length > 0);
  const early = count(found, ({ resolvedEarly }) => resolvedEarly);
  const right = count(found, ({ rightChannel }) => rightChannel);
  const again = found.reduce((sum, { hits }) => sum + Math.max(0, hits.length - 1), 0);
  const firstWeek = count(falses, ({ timeMs }) => timeMs < run.firstMs + 7 * DAY_MS);
  const head = `${name.padEnd(10)} caught ${(caught / Math.max(1, found.length)).toFixed(2)} (${caught} of ${found.length})  false ${(falses.length / run.weeks / budget).toFixed(2)} x (${falses.length}, ${firstWeek} in week one)  resolved early ${early}  right channel ${right}  again ${again}  ${run.cpuSeconds.toFixed(0)} s, ${Math.round(run.rows / run.cpuSeconds)} records/s`;
  const reasons = new Map<string, number>();
  for (const { reason, channel } of falses)
    reasons.set(`${reason}:${channel}`, (reasons.get(`${reason}:${channel}`) ?? 0) + 1);
  const kinds = [...new Set(found.map(({ truth }) => truth.fault))].sort().map((kind) => {
    const mine = found.filter(({ truth }) => truth.fault === kind);
    const hits = mine.filter(({ hits: h }) => h.length > 0);
    const passed = median(hits.map(({ delayMs, truth }) => delayMs / Math.max(1, truth.endMs - truth.startMs)));
    const by = new Map<string, number>();
    for (const { hits: h } of hits)
      by.set(`${h[0].reason}:${h[0].channel}`, (by.get(`${h[0].reason}:${h[0].channel}`) ?? 0) + 1);
    return `    ${kind.padEnd(20)} ${hits.length}/${mine.length}  delay ${(median(hits.map(({ delayMs }) => delayMs)) / MINUTE_MS).toFixed(0)} min, ${(100 * passed).toFixed(0)} % passed, early ${count(mine, ({ resolvedEarly }) => resolvedEarly)}  ${[...by].map(([k, n]) => `${k} ${n}`).join(', ')}`;
  });
  const fortnights = new Map<number, number>();
  for (const { timeMs } of falses) {
    const f = Math.floor((timeMs - run.firstMs) / (14 * DAY_MS));
    fortnights.set(f, (fortnights.get(f) ?? 0) + 1);
  }
  return [
    head,
    ...kinds,
    `    false by fortnight: ${[...fortnights]
      .sort((a, b) => a[0] - b[0])
      .map(([f, n]) => `${f}:${n}`)
      .join(' ')}; ${[...reasons].map(([k, n]) => `${k} ${n}`).join(', ')}`,
  ].join('\n');
}
