/*
 * Whether the nearest earlier incident is of the same kind: homes with three kinds of fault, by the signature of an incident, by the network's
 * hidden state at its alert, and by the raw rows before it. Seeds 1 to 3 chose the signature.
 *
 *   node test/bench/run.mjs test/bench/similar.ts [SEED …]
 */
import path from 'node:path';
import process from 'node:process';
import { loadConfig } from '../../src/config/load.ts';
import { detectorOptions } from '../../src/config/stream.ts';
import { Detector } from '../../src/detector/detector.ts';
import type { AlertOutput } from '../../src/event/output.ts';
import { HOUR_MS, MINUTE_MS } from '../../src/event/time.ts';
import { ALIKE, distance } from '../../src/similar/nearest.ts';
import { type Signature, STAGES } from '../../src/similar/signature.ts';
import { type Truth, TruthLedger } from '../../src/simulate/truth.ts';
import { worlds } from '../../src/simulate/worlds.ts';
import { hiddenStates } from './similar/hidden.ts';

const FAULTS = ['furnace_failed', 'window_open', 'sensor_stuck'] as const;
const NONE = 'no fault';
/** Rows of the raw windows that are compared. */
const WINDOWS = [12, 24, 48];
const KEPT_ROWS = Math.max(...WINDOWS);
/** What is raised so long after a fault is its aftermath, and is left out. */
const AFTER_MS = 12 * HOUR_MS;
const SLACK_MS = 10 * MINUTE_MS;

interface Incident {
  readonly alert: AlertOutput;
  readonly kind: string;
  /** First record of the fault; which incidents are of one and the same fault. */
  readonly fault: number;
  readonly hidden: readonly number[];
  /** [row · D + d] before and with the row that raised it. */
  readonly raw: readonly number[];
  signature: Signature | null;
}

type Far = (one: Incident, other: Incident) => number;

const seeds = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [11, 12, 13];
const runs = seeds.map(incidentsOf);
report();

function incidentsOf(seed: number): readonly Incident[] {
  const stream = loadConfig(path.resolve('config/thermostat.yaml'), {}).streams.thermostat;
  const settings = { ...detectorOptions('thermostat', stream), scores: false };
  const detector = new Detector(settings);
  const ledger = new TruthLedger();
  const rows = new Map<string, number[]>();
  const found = new Map<string, Omit<Incident, 'kind' | 'fault'>>();
  const hiddenOf = hiddenStates(detector);
  const world = worlds.find(({ name }) => name === 'thermostat');
  if (world === undefined) throw new Error('there is no world thermostat');
  const options = world.options.parse({ seed, homes: 24, days: 120, faults: FAULTS, fault_rate: 0.07 });
  for (const event of world.generate(options)) {
    const { series, timeMs, fields } = event;
    ledger.see(event);
    const values = settings.channels.map(({ name }) => Number(fields[name]));
    detector.observe({ series, timeMs, values: Float64Array.from(values) });
    const raw = rows.get(series) ?? [];
    rows.set(series, raw);
    for (const output of detector.drain()) {
      if (output.kind !== 'alert' || output.reason === 'silent' || output.revision > 0) continue;
      const { hidden } = hiddenOf(output.series);
      const before = rows.get(output.series) ?? [];
      found.set(output.id, { alert: output, hidden, raw: [...before], signature: null });
    }
    for (const { id, signature } of detector.insights) {
      const incident = found.get(id);
      if (incident !== undefined && signature !== undefined) found.set(id, { ...incident, signature });
    }
    raw.push(...values);
    if (raw.length > KEPT_ROWS * values.length) raw.splice(0, values.length);
  }
  const truth = ledger.records();
  return [...found.values()].flatMap((incident) => labelled(incident, truth));
}

function labelled(incident: Omit<Incident, 'kind' | 'fault'>, truth: readonly Truth[]): readonly Incident[] {
  const { series, startMs } = incident.alert;
  const own = truth.filter((fault) => fault.series === series && fault.startMs - SLACK_MS <= startMs);
  const during = own.find(({ endMs }) => startMs <= endMs + SLACK_MS);
  if (during) return [{ ...incident, kind: during.fault, fault: during.startMs }];
  if (own.some(({ endMs }) => startMs <= endMs + AFTER_MS)) return [];
  return [{ ...incident, kind: NONE, fault: startMs }];
}

function nearestKind(query: Incident, candidates: readonly Incident[], far: Far): string | undefined {
  let kind: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const other of candidates) {
    if (other.alert.timeMs >= query.alert.timeMs || isSameFault(query, other)) continue;
    const d = far(query, other);
    if (d >= least) continue;
    least = d;
    kind = other.kind;
  }
  return kind;
}

function isSameFault(one: Incident, other: Incident): boolean {
  return one.alert.series === other.alert.series && one.fault === other.fault;
}

/** By kind of the query: how often each kind was nearest. */
function confusion(far: Far, withNone: boolean): Map<string, Map<string, number>> {
  const table = new Map<string, Map<string, number>>();
  for (const incidents of runs) {
    const faulty = incidents.filter(({ kind }) => kind !== NONE);
    for (const query of faulty) {
      const kind = nearestKind(query, withNone ? incidents : faulty, far);
      if (kind === undefined) continue;
      const row = table.get(query.kind) ?? new Map<string, number>();
      table.set(query.kind, row.set(kind, (row.get(kind) ?? 0) + 1));
    }
  }
  return table;
}

function share(table: ReadonlyMap<string, ReadonlyMap<string, number>>): string {
  let [same, all] = [0, 0];
  for (const [kind, row] of table) {
    same += row.get(kind) ?? 0;
    for (const count of row.values()) all += count;
  }
  return `${((100 * same) / all).toFixed(0)} %`;
}

function bySignature(stages: number): Far {
  const cut = ({ signature }: Incident) => signature && { ...signature, outlines: signature.outlines.slice(0, stages) };
  return (one, other) => {
    const [a, b] = [cut(one), cut(other)];
    return a && b ? distance(a, b) : Number.POSITIVE_INFINITY;
  };
}

/** Each channel by its own mean and deviation in the window. */
function byRaw(rows: number): Far {
  const channels = 4;
  const kept = new Map<Incident, readonly number[]>();
  const of = (incident: Incident) => {
    const known = kept.get(incident);
    if (known !== undefined) return known;
    const raw = incident.raw.slice(-rows * channels);
    const made = Array.from({ length: channels }, (_, d) => standard(raw.filter((_, i) => i % channels === d))).flat();
    kept.set(incident, made);
    return made;
  };
  return (one, other) => euclid(of(one), of(other));
}

function standard(values: readonly number[]): readonly number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return values.map((value) => (value - mean) / (deviation + 1e-6));
}

function euclid(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0));
}

function report(): void {
  const write = (line: string) => process.stdout.write(`${line}\n`);
  const counts = [...FAULTS, NONE].map((kind) => `${runs.flat().filter((one) => one.kind === kind).length} ${kind}`);
  write(`seeds ${seeds.join(', ')}: ${counts.join(', ')}\n`);
  write('| nearest earlier incident by | same kind, among faults | among all incidents |\n|---|---|---|');
  const methods: readonly (readonly [string, Far])[] = [
    ...STAGES.map((stage, n) => [`signature, ${stage} rows`, bySignature(n + 1)] as const),
    ['hidden state', (one, other) => euclid(one.hidden, other.hidden)],
    ...WINDOWS.map((rows) => [`raw window, ${rows} rows`, byRaw(rows)] as const),
  ];
  for (const [name, far] of methods)
    write(`| ${name} | ${share(confusion(far, false))} | ${share(confusion(far, true))} |`);
  for (const withNone of [false, true]) {
    const columns = withNone ? [...FAULTS, NONE] : FAULTS;
    write(`\n| fault | ${columns.join(' | ')} |\n|---|${columns.map(() => '---|').join('')}`);
    const table = confusion(bySignature(STAGES.length), withNone);
    for (const kind of FAULTS) write(`| ${kind} | ${columns.map((c) => table.get(kind)?.get(c) ?? 0).join(' | ')} |`);
  }
  write('\n| rows | pairs of one home taken for one kind: right | of the pairs of one kind | of the others |');
  write('|---|---|---|---|');
  STAGES.forEach((stage, n) => {
    write(`| ${stage} | ${within(n)} |`);
  });
}

/** Of the pairs taken for one kind at all stages so far, which are; and how many pairs of one kind, and of different kinds, are. */
function within(stage: number): string {
  const far = ALIKE.slice(0, stage + 1).map((_, n) => bySignature(n + 1));
  let [near, nearSame, same, all] = [0, 0, 0, 0];
  for (const incidents of runs) {
    for (const [n, one] of incidents.entries()) {
      for (const other of incidents.slice(0, n)) {
        if (one.alert.series !== other.alert.series || isSameFault(one, other)) continue;
        if (one.kind === NONE && other.kind === NONE) continue;
        const isNear = far.every((by, n) => by(one, other) <= ALIKE[n]);
        all++;
        if (isNear) near++;
        if (one.kind !== other.kind) continue;
        same++;
        if (isNear) nearSame++;
      }
    }
  }
  const shares = [nearSame / near, nearSame / same, (near - nearSame) / (all - same)];
  return shares.map((part) => `${(100 * part).toFixed(0)} %`).join(' | ');
}
