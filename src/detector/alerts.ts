import { Lifecycle, type Step } from '../alert/lifecycle.ts';
import { Tally } from '../alert/tally.ts';
import type { Row } from '../event/observation.ts';
import type { Output } from '../event/output.ts';
import type { EpochMs } from '../event/time.ts';
import type { Features } from '../feature/features.ts';
import { RuleSet } from '../rule/rule-set.ts';
import type { Columns } from '../series/columns.ts';
import type { Heard, Silence } from '../window/silence.ts';
import { AlertIds } from './alert-ids.ts';
import { forgottenOutput, silenceOutput, stoppedOutput } from './ends.ts';
import { Insights, type Recent, sharesOf } from './insights.ts';
import type { Judge, Prediction } from './judge.ts';
import type { DetectorOptions } from './options.ts';
import { alertOutput, scoreOutput } from './outputs.ts';
import { ruledText, ruledVerdict } from './ruled.ts';

/** What alerts are made from. */
interface AlertParts {
  readonly columns: Columns;
  readonly features: Features;
  readonly judge: Judge;
  readonly recent: Recent;
}

/** From what was found of rows, and of silences, to scores and the steps of alerts. */
export class Alerts {
  /** Alerts raised lately, silences apart. */
  readonly raised = new Tally();
  /** What is noted of incidents beside the outputs. */
  readonly insights: Insights;
  readonly #options: DetectorOptions;
  readonly #features: Features;
  readonly #judge: Judge;
  readonly #rules: RuleSet;
  readonly #lifecycle: Lifecycle;
  readonly #ids: AlertIds;

  constructor(options: DetectorOptions, { columns, features, judge, recent }: AlertParts) {
    const { channels, attributes = [], rules = [] } = options;
    this.#options = options;
    this.#features = features;
    this.#judge = judge;
    this.#rules = new RuleSet(rules, { columns, channels, attributes });
    this.#lifecycle = new Lifecycle(columns, options.alert, this.#rules.names);
    this.#ids = new AlertIds(options.stream);
    this.insights = new Insights(options, judge, recent);
  }

  /** Whether an alert about rows of the series in `slot` fires. */
  firing(slot: number): boolean {
    return this.#lifecycle.firing(slot);
  }

  /** The row that was judged last, by this prediction: its score and the step of its alert go to `outputs`. */
  observe(row: Row, slot: number, prediction: Prediction, outputs: Output[]): void {
    const judge = this.#judge;
    const hit = this.#rules.observe(slot, row);
    const step = this.#lifecycle.observe(slot, hit === undefined ? judge : ruledVerdict(judge, hit));
    const scores = this.#options.scores && judge.judged;
    const firing = this.#lifecycle.firing(slot);
    if (step === 'none' && !scores && !firing) return;
    if (step !== 'none' || scores) judge.describe(prediction);
    if (step === 'raise') {
      this.raised.add(row.endMs);
      this.#ids.renew(slot);
    }
    const id = firing ? this.#ids.of(slot, row.series, this.#lifecycle.startMs(slot)) : '';
    if (firing) this.#note(slot, id, step);
    if (scores) outputs.push(scoreOutput(this.#options, row, judge, id));
    if (step === 'none') return;
    if (step === 'stop') {
      outputs.push(this.#stopped(slot, { series: row.series, nowMs: row.endMs }));
      return;
    }
    const { intervalMs } = judge;
    const { gapMs } = this.#lifecycle;
    const incident = { ...this.#lifecycle.incident(slot), step, gapMs, intervalMs, ruled: ruledText(hit) };
    outputs.push(alertOutput(this.#options, row, judge, incident));
  }

  /** What fell silent, and the alert that fires about it, which says so too. `slot`: where the series has had a row. */
  silent(silence: Silence, slot: number | undefined): readonly Output[] {
    if (slot === undefined) return [silenceOutput(this.#options, silence)];
    const { channel } = silence;
    const trend = channel === undefined ? 0 : this.#features.trend(slot, channel);
    const told = silenceOutput(this.#options, { ...silence, trend });
    return this.#lifecycle.stop(slot, channel) ? [this.#stopped(slot, silence), told] : [told];
  }

  heard(heard: Heard): Output {
    return silenceOutput(this.#options, heard);
  }

  /** What fires about a series that is forgotten: no row, and no value, will resolve it. */
  forgotten(
    series: string,
    slot: number | undefined,
    { nowMs, silences }: { readonly nowMs: EpochMs; readonly silences: readonly Silence[] },
  ): readonly Output[] {
    const ended = silences.map((silence) =>
      silenceOutput(this.#options, { ...silence, nowMs: Math.max(nowMs, silence.nowMs), forgotten: true }),
    );
    if (slot === undefined || !this.firing(slot)) return ended;
    const incident = this.#lifecycle.incident(slot);
    const revision = incident.revision + 1;
    return [forgottenOutput(this.#options, { ...incident, series, nowMs, revision }), ...ended];
  }

  /** The silence of a channel knows its last value and the time of it better than the rows do. */
  #stopped(slot: number, gone: Pick<Silence, 'series' | 'nowMs' | 'channel' | 'value'> & Partial<Silence>): Output {
    const { series, nowMs } = gone;
    const incident = this.#lifecycle.incident(slot);
    const value = gone.value ?? this.#features.newest(slot, incident.channel);
    const valueMs = gone.channel === undefined ? incident.valueMs : (gone.sinceMs ?? incident.valueMs);
    const trend = this.#features.trend(slot, incident.channel);
    return stoppedOutput(this.#options, { ...incident, series, nowMs, value, valueMs, trend });
  }

  /** What the incident that fires looks like by now, and what found it. */
  #note(slot: number, id: string, step: Step): void {
    const signature = this.insights.signature(slot, this.#lifecycle.incident(slot));
    const statistics = step === 'raise' || step === 'worsen' ? sharesOf(this.#judge.surprises()) : undefined;
    if (signature !== undefined || statistics !== undefined) this.insights.note({ id, signature, statistics });
  }
}
