import { createHash } from 'node:crypto';
import { setTimeout as elapsed } from 'node:timers/promises';
import type { Output } from '../../src/event/output.ts';
import { engines } from '../../src/lstm/engines.ts';
import { Supervisor, type SupervisorEvents } from '../../src/pipeline/run/supervisor.ts';
import { embeddedOf, planOf } from '../../src/service/wiring.ts';
import { EmbeddedBackend } from '../../src/state/backend.ts';
import { configOf } from '../config/text.ts';
import { newFolder } from '../servers/folder.ts';
import type { Influxdb } from '../servers/influxdb.ts';
import { type InfluxRow, rowsOf } from './influxdb-server.ts';

/** A load, and for how long InfluxDB is there, away, and there again while it continues. */
export interface Outage {
  readonly machines: number;
  /** Rows a second over all machines; `max` as fast as they are scored. */
  readonly rate: number | 'max';
  readonly beforeS: number;
  readonly downS: number;
  readonly afterS: number;
}

/** What was scored while InfluxDB was there, away, or there again. */
export interface Phase {
  readonly rowsPerSecond: number;
  /** Of the whole seconds within it. */
  readonly slowestSecond: number;
  /** Time spent on a row: decoded, scored, learned. */
  readonly microsPerRow: number;
  /** Longest time in which no row was scored, ms. */
  readonly longestPauseMs: number;
  /** Outputs that InfluxDB had not had at its end. */
  readonly queued: number;
}

/** Points by their number, and the sum of the hashes of each, which depends on no order. */
export interface Points {
  readonly count: number;
  readonly checksum: string;
}

/** What came of an outage. */
export interface OutageReport {
  readonly phases: readonly [before: Phase, down: Phase, after: Phase];
  readonly scored: Points;
  readonly found: Points;
  /** Alerts' steps: emitted, and found. */
  readonly alerts: readonly [number, number];
  readonly failedTries: number;
  readonly deadLettered: number;
  /** From the restart until InfluxDB had everything, while rows went on being scored; undefined where it never had. */
  readonly caughtUpS: number | undefined;
}

const DATABASE = 'outage';
const INTERVAL_S = 10;
/** Beyond three times the outage: the wait between two tries may have grown to a minute. */
const PATIENCE_MS = 60_000;
/** How long the rest may take once nothing more is scored. */
const GRACE_MS = 120_000;
const FIELDS = ['value', 'expected', 'lower', 'upper', 'bits', 'attribution', 'p_value', 'score'] as const;

/** Runs a stream of simulated machines through the real runtime into a real InfluxDB, which is killed and started again under way. */
export async function outage(server: Influxdb, load: Outage): Promise<OutageReport> {
  await server.query(`CREATE DATABASE ${DATABASE}`);
  const watch = new Watch();
  const config = configOf(configuration(server, load));
  const backend = new EmbeddedBackend(embeddedOf(config).options, () => {});
  const runtime = new Supervisor(
    planOf(config, () => engines),
    backend,
    watch.events,
  );
  const queued = () => runtime.queues[0]?.queued ?? 0;
  const running = runtime.run();
  const phase = async (seconds: number): Promise<Phase> => {
    watch.begin();
    // The time that InfluxDB is away is what is tried here.
    await Promise.race([elapsed(seconds * 1_000), running]);
    return watch.end(queued());
  };
  const before = await phase(load.beforeS);
  await server.kill();
  const down = await phase(load.downS);
  await server.restart();
  const back = performance.now();
  const after = await phase(load.afterS);
  const patience = back + 3 * load.downS * 1_000 + PATIENCE_MS;
  while (queued() > 0 && performance.now() < patience) await Promise.race([elapsed(100), running]);
  const caughtUpS = queued() === 0 ? (performance.now() - back) / 1_000 : undefined;
  runtime.stop(GRACE_MS);
  await running;
  const { failedTries, deadLettered } = watch;
  return {
    phases: [before, down, after],
    scored: { count: watch.sum.count, checksum: watch.sum.checksum },
    found: await pointsIn(server, watch.series),
    alerts: [watch.alerts, (await rowsOf(server, DATABASE, 'select summary from surprisal_alert')).length],
    ...{ failedTries, deadLettered, caughtUpS },
  };
}

function configuration({ url }: Influxdb, { machines, rate }: Outage): string {
  const speed = rate === 'max' ? 'max' : (rate / machines) * INTERVAL_S;
  return `
state: { folder: ${newFolder('outage')}, outbox_keep: 0 }
streams:
  machine:
    source: { kind: simulate, world: machine, machines: ${machines}, interval: ${INTERVAL_S}s, speed: ${speed} }
    decode: { key: /machine, time: { at: /time } }
    channels: { current: { resolution: 0.01 }, vibration: { resolution: 0.01 } }
    window: { kind: event, out_of_orderness: 2s }
sinks:
  influxdb: { kind: influxdb, api: v1, url: "${url}", database: ${DATABASE} }
`;
}

/** Counts what the runtime tells. */
class Watch {
  readonly sum = new Sum();
  readonly series = new Set<string>();
  alerts = 0;
  failedTries = 0;
  deadLettered = 0;
  #seconds: number[] = [];
  #began = 0;
  #newest = 0;
  #pause = 0;
  #spent = 0;

  readonly events: SupervisorEvents = {
    ...{
      assigned() {},
      restored() {},
      consumed() {},
      missing() {},
      learned() {},
      committed() {},
      delivered() {},
      resent() {},
    },
    interrupted() {},
    turnedOff() {},
    emitted: (_, outputs, seconds) => this.#emitted(outputs, seconds),
    failed: () => void this.failedTries++,
    deadLetter: () => void this.deadLettered++,
  };

  begin(): void {
    this.#began = this.#newest = performance.now();
    this.#seconds = [];
    this.#pause = this.#spent = 0;
  }

  end(queued: number): Phase {
    const seconds = (performance.now() - this.#began) / 1_000;
    const whole = Array.from({ length: Math.floor(seconds) }, (_, s) => this.#seconds[s] ?? 0);
    const rows = this.#seconds.reduce((sum, count) => sum + (count ?? 0), 0);
    return {
      rowsPerSecond: rows / seconds,
      slowestSecond: Math.min(...whole),
      microsPerRow: (this.#spent / rows) * 1e6,
      longestPauseMs: Math.max(this.#pause, performance.now() - this.#newest),
      queued,
    };
  }

  #emitted(outputs: readonly Output[], spent: number): void {
    const now = performance.now();
    const second = Math.floor((now - this.#began) / 1_000);
    for (const output of outputs) {
      if (output.kind === 'alert') this.alerts++;
      if (output.kind !== 'score') continue;
      this.#seconds[second] = (this.#seconds[second] ?? 0) + 1;
      this.series.add(output.series);
      for (const { channel, ...own } of output.channels) {
        const row = { ...own, p_value: output.pValue, score: output.score };
        this.sum.add(output.series, { ...row, channel, time: output.timeMs * 1e6 });
      }
    }
    this.#spent += spent;
    this.#pause = Math.max(this.#pause, now - this.#newest);
    this.#newest = now;
  }
}

class Sum {
  count = 0;
  #sum = 0n;

  get checksum(): string {
    return this.#sum.toString(16).padStart(16, '0');
  }

  add(series: string, row: InfluxRow): void {
    const text = JSON.stringify([series, row.time, row.channel, ...FIELDS.map((name) => row[name])]);
    this.#sum = BigInt.asUintN(64, this.#sum + createHash('sha1').update(text).digest().readBigUInt64LE());
    this.count++;
  }
}

/** Every point that InfluxDB has, asked series by series. */
async function pointsIn(server: Influxdb, series: ReadonlySet<string>): Promise<Points> {
  const sum = new Sum();
  for (const name of series) {
    const asked = `select "channel", ${FIELDS.join(', ')} from surprisal_score where "series" = '${name}'`;
    for (const row of await rowsOf(server, DATABASE, asked)) sum.add(name, row);
  }
  return { count: sum.count, checksum: sum.checksum };
}
