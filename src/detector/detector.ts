import type { Admission, Observation, Row } from '../event/observation.ts';
import type { Output, RejectOutput } from '../event/output.ts';
import type { EpochMs } from '../event/time.ts';
import { Features } from '../feature/features.ts';
import type { Engine } from '../lstm/engine.ts';
import { type EngineKind, engineName, engineOf, engines as everyEngine } from '../lstm/engines.ts';
import { Columns } from '../series/columns.ts';
import type { Insight } from '../similar/insight.ts';
import type { GivenVerdict, VerdictStep } from '../similar/verdicts.ts';
import type { Windows } from '../window/contract.ts';
import { windows } from '../window/windows.ts';
import { Alerts } from './alerts.ts';
import { Chunks } from './chunks.ts';
import type { DetectorCounts } from './counts.ts';
import type { DetectorDependencies, StepHook } from './dependencies.ts';
import { Judge } from './judge.ts';
import { MicroBatch } from './micro-batch.ts';
import { type DetectorOptions, shapeOf } from './options.ts';
import { LearningSchedule } from './schedule.ts';
import { SeriesRegistry } from './series-registry.ts';
import { DetectorState } from './snapshot.ts';
import { WarmUp } from './warm-up.ts';

/**
 * One task, end to end: predict → score → alert → learn, row by row in event time. What it emits depends on its options
 * and on its observations in order, and on nothing else: not on how they were batched. Rows of different series share
 * one forward pass as long as no learning step lies between them.
 */
export class Detector {
  /** What checkpoints hold, and restores read. */
  readonly state: DetectorState;
  /** How far its series are from their first possible alert. */
  readonly warmUp: WarmUp;
  readonly #options: DetectorOptions;
  readonly #columns: Columns;
  readonly #windows: Windows;
  readonly #features: Features;
  readonly #judge: Judge;
  readonly #alerts: Alerts;
  readonly #registry: SeriesRegistry;
  readonly #schedule: LearningSchedule;
  readonly #chunks: Chunks;
  readonly #engines: readonly EngineKind[];
  #engine: Engine;
  #convertedFrom: string | undefined;
  readonly #onStep: StepHook;
  readonly #microBatch: MicroBatch;
  #outputs: Output[] = [];
  #insights: readonly Insight[] = [];
  #rows = 0;
  #missing = 0;
  #evicted = 0;
  #outside = 0;
  #updates = 0;

  constructor(options: DetectorOptions, dependencies: DetectorDependencies = {}) {
    const { onStep = (step) => step(), engines = everyEngine } = dependencies;
    const { network, channels } = options;
    this.#options = options;
    this.#onStep = onStep;
    this.#columns = new Columns(options.series.max);
    this.#features = new Features(this.#columns, channels, options.features, options.attributes);
    this.#windows = windows(options.window, channels, (timeMs, ms) => this.#features.calendar.after(timeMs, ms));
    this.#microBatch = new MicroBatch(network.batch, channels.length);
    this.#judge = new Judge(this.#columns, this.#features, options);
    const recent = (slot: number, most: number) => this.#chunks.recent(slot, most);
    this.#alerts = new Alerts(options, {
      columns: this.#columns,
      features: this.#features,
      judge: this.#judge,
      recent,
    });
    this.#registry = new SeriesRegistry(this.#columns, options.series);
    this.#schedule = new LearningSchedule(this.#columns, network.learn_every, network.batch);
    this.#chunks = new Chunks(this.#columns, shapeOf(options));
    this.#engines = engines;
    this.#engine = this.#make(engineName(network));
    const { interval } = this.#features;
    this.warmUp = new WarmUp({ options, registry: this.#registry, interval, watermark: () => this.watermark });
    this.state = new DetectorState({
      columns: this.#columns,
      windows: this.#windows,
      registry: this.#registry,
      schedule: this.#schedule,
      raised: this.#alerts.raised,
      suppression: this.#alerts.suppression,
      shared: this.#judge.shared,
      engine: () => this.#engine,
      continueWith: (learner, updates) => this.#continueWith(learner, updates),
    });
  }

  /** Bytes of state a series takes, windows that are open apart. */
  get bytesPerSeries(): number {
    return this.#columns.bytesPerSlot;
  }

  get seriesCount(): number {
    return this.#registry.size;
  }

  get watermark(): EpochMs {
    return this.#windows.watermark;
  }

  get engine(): string {
    return this.#engine.kind;
  }

  /** The engine that learned the restored weights, where this machine lacks it and another continues with them. */
  get convertedFrom(): string | undefined {
    return this.#convertedFrom;
  }

  /** Alerts that fire now, of incidents and of silent series. O(series). */
  get firing(): number {
    let count = this.#windows.silences - this.#alerts.suppression.count;
    for (const slot of this.#registry.slots) if (this.#alerts.firing(slot)) count++;
    return count;
  }

  /** Alerts raised in the last week of event time, silences apart: what the budget is about. */
  get raisedInWeek(): number {
    return this.#alerts.raised.within(this.watermark);
  }

  get counts(): DetectorCounts {
    const [rows, missing, evicted, outside] = [this.#rows, this.#missing, this.#evicted, this.#outside];
    return { rows, missing, updates: this.#updates, evicted, outside };
  }

  /** Takes an observation in, and the rows that it closes. `arrivedMs`: when it came. @throws Failure lstm/diverged */
  observe(observation: Observation, arrivedMs?: EpochMs): Admission {
    const admission = this.#windows.push(observation, arrivedMs);
    this.#collect();
    return admission;
  }

  /** Puts a rejected record in its turn among the outputs. */
  reject(output: RejectOutput): void {
    this.#emit(output);
  }

  /** Whether `fallSilent` would report a series as silent. */
  fallsSilent(timeMs: EpochMs): boolean {
    return this.#windows.fallsSilent(timeMs);
  }

  /** Acts on a tick: nothing came until what would be this event time. No window closes, and nothing becomes late. */
  fallSilent(timeMs: EpochMs): void {
    this.#windows.fallSilent(timeMs);
    this.#collect();
  }

  /** What is known of the incidents in the outputs drained last. No output depends on it. */
  get insights(): readonly Insight[] {
    return this.#insights;
  }

  /** Takes a person's answer to an alert, in its turn among the observations: part of the state and of every replay. */
  answer(answer: VerdictStep): void {
    this.#runBatch();
    this.#alerts.suppression.take(answer, this.watermark);
  }

  /** The verdicts that are kept, in the order in which they were given. */
  get verdicts(): readonly GivenVerdict[] {
    return this.#alerts.suppression.given;
  }

  /** What everything taken in so far gives, in order. */
  drain(): readonly Output[] {
    this.#runBatch();
    const outputs = this.#outputs;
    this.#outputs = [];
    this.#insights = this.#alerts.insights.take();
    return outputs;
  }

  #make(engine: string): Engine {
    const { batch: capacity, seed } = this.#options.network;
    return engineOf(engine, this.#engines).make({ shape: shapeOf(this.#options), capacity, seed });
  }

  /** With `auto` the learner continues where this machine has it; else its best engine, with the same weights. */
  #continueWith(learner: string, updates: number): Engine {
    const { engine } = this.#options.network;
    if (engine === 'auto' && learner !== this.engine) {
      if (this.#engines.some(({ kind }) => kind === learner)) this.#engine = this.#make(learner);
      else this.#convertedFrom = learner;
    }
    this.#updates = updates;
    return this.#engine;
  }

  #collect(): void {
    const rows = this.#windows.take();
    for (let i = 0; i < rows.length; i++) {
      if (this.#features.calendar.isOpen(rows[i].startMs, rows[i].endMs)) this.#enter(rows[i]);
      else this.#outside++;
    }
    const silent = this.#windows.silent();
    const ended = this.#windows.resumed();
    if (silent.length + ended.length === 0) return;
    this.#runBatch();
    for (const each of silent) this.#outputs.push(...this.#alerts.silent(each, this.#registry.slotOf(each.series)));
    for (const each of ended) this.#outputs.push(this.#alerts.resumed(each));
  }

  #emit(output: Output): void {
    this.#runBatch();
    this.#outputs.push(output);
  }

  /** Adds a row to the micro-batch: rows of different series, with the same weights. */
  #enter(row: Row): void {
    const { series, endMs } = row;
    const known = this.#registry.slotOf(series);
    // Not by its own time, which may be that of a clock that is wrong: what is idle is idle for all.
    const nowMs = Math.min(endMs, this.#windows.time);
    let excess = this.#registry.excess(known, nowMs);
    for (; excess !== undefined; excess = this.#registry.excess(known, nowMs)) this.#evict(excess, nowMs);
    const slot = known ?? this.#registry.enter(series, nowMs);
    if (known !== undefined) this.#registry.touch(slot, nowMs);
    if (this.#microBatch.size === this.#engine.capacity || this.#microBatch.has(slot)) this.#runBatch();
    const seriesCount = this.#registry.size;
    this.#microBatch.add(this.#features.counted(slot, row), slot, seriesCount);
    if (!this.#schedule.admit(slot, seriesCount)) return;
    this.#runBatch();
    this.#learn();
  }

  /** predict → score → alert → learn, each for all rows of the micro-batch: so a stage stays in the caches. */
  #runBatch(): void {
    const microBatch = this.#microBatch;
    if (microBatch.size === 0) return;
    this.#predict();
    this.#score();
    for (let b = 0; b < microBatch.size; b++) {
      const { endMs, values } = microBatch.row(b);
      const slot = microBatch.slot(b);
      if (microBatch.judged(b)) {
        this.#features.update(slot, endMs, values, microBatch.xs(b));
        this.#rows++;
      } else {
        this.#features.pass(slot, endMs, values, microBatch.xs(b));
        this.#missing++;
      }
    }
    this.#chunks.push(microBatch, this.#engine);
    microBatch.clear();
  }

  #predict(): void {
    const microBatch = this.#microBatch;
    const engine = this.#engine;
    const { x } = engine.forwardBatch;
    for (let b = 0; b < microBatch.size; b++) {
      this.#features.write(microBatch.slot(b), microBatch.row(b).endMs, x, b * engine.shape.inputs);
    }
    this.#chunks.load(microBatch, engine);
    engine.forward(microBatch.size);
  }

  #score(): void {
    const microBatch = this.#microBatch;
    const { distribution } = this.#engine.forwardBatch;
    const prediction = { distribution, at: 0 };
    const width = distribution.length / this.#engine.capacity;
    for (let b = 0; b < microBatch.size; b++) {
      const row = microBatch.row(b);
      const slot = microBatch.slot(b);
      prediction.at = b * width;
      this.#judge.judge(slot, row, prediction, microBatch.seriesCount(b));
      this.#alerts.observe(row, slot, prediction, this.#outputs);
      microBatch.keep(b, this.#judge.found);
    }
  }

  #learn(): void {
    const { rate, warm_rate_factor, warm_rows, learn_every } = this.#options.network;
    for (const slot of this.#schedule.due) this.state.touch(this.#registry.nameOf(slot));
    const warm = this.#updates < warm_rows / learn_every ? warm_rate_factor : 1;
    this.#onStep(() => this.#chunks.learn(this.#schedule, this.#engine, rate * warm));
    this.#updates++;
  }

  /** Forgets a series; an alert that fires there will never be resolved by a row. */
  #evict(series: string, nowMs: EpochMs): void {
    this.#runBatch();
    const slot = this.#registry.slotOf(series);
    if (slot !== undefined) this.#schedule.forget(slot);
    this.#outputs.push(...this.#alerts.forgotten(series, slot, { nowMs, silences: this.#windows.forget(series) }));
    this.#registry.forget(series);
    this.state.touch(series);
    this.#evicted++;
  }
}
