import { Lifecycle, type Step } from '../alert/lifecycle.ts';
import { Tally } from '../alert/tally.ts';
import type { Row } from '../event/observation.ts';
import type { AlertOutput, Output } from '../event/output.ts';
import type { EpochMs } from '../event/time.ts';
import type { Features } from '../feature/features.ts';
import { RuleSet } from '../rule/rule-set.ts';
import type { Columns } from '../series/columns.ts';
import type { Silence, SilenceEnd } from '../window/silence.ts';
import { AlertIds } from './alert-ids.ts';
import { forgottenOutput, silenceOutput, stoppedOutput } from './ends.ts';
import { Insights, type RecentSteps, sharesOf } from './insights.ts';
import type { Judge } from './judge.ts';
import type { DetectorOptions } from './options.ts';
import { alertOutput, scoreOutput } from './outputs.ts';
import type { Prediction } from './prediction.ts';
import { ruledText, ruledVerdict } from './ruled.ts';
import { type Routing, Suppression } from './suppression.ts';

/** What alerts are made from. */
interface AlertParts {
  readonly columns: Columns;
  readonly features: Features;
  readonly judge: Judge;
  readonly recent: RecentSteps;
}

/** From what was found of rows, and of silences, to scores and the steps of alerts. */
export class Alerts {
  /** Alerts raised lately, silences apart. */
  readonly raised = new Tally();
  /** What is noted of incidents beside the outputs. */
  readonly insights: Insights;
  /** The verdicts of people on alerts. */
  readonly suppression = new Suppression();
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
    const { found } = judge;
    const hit = this.#rules.observe(slot, row);
    const step = this.#lifecycle.observe(slot, hit === undefined ? found : ruledVerdict(found, hit));
    const scores = this.#options.scores && found.judged;
    const firing = this.#lifecycle.firing(slot);
    if (step === 'none' && !scores && !firing) return;
    if (step === 'raise') this.#ids.renew(slot);
    const routing = firing || step !== 'none' ? this.#route(row, slot, step) : 'sent';
    const routed = routing === 'raise' ? this.#beginAgain(slot) : step;
    if (routed !== 'none' || scores) judge.describe(prediction);
    if (routed === 'raise' && typeof routing === 'string') this.raised.add(row.endMs);
    if (scores) {
      const isSent = firing && typeof routing === 'string';
      const id = isSent ? this.#ids.of(slot, row.series, this.#lifecycle.startMs(slot)) : '';
      outputs.push(scoreOutput(this.#options, row, found, id));
    }
    if (routed === 'none') return;
    const output = this.#stepOf(row, slot, routed, ruledText(hit));
    if (typeof routing === 'string') outputs.push(output);
    else this.insights.note({ id: output.id, quieted: { step: output, ...routing } });
  }

  /** What fell silent, and the alert that fires about it, which says so too. `slot`: where the series has had a row. */
  silent(silence: Silence, slot: number | undefined): readonly Output[] {
    if (slot === undefined) return [silenceOutput(this.#options, silence)];
    const { channel } = silence;
    const trend = channel === undefined ? 0 : this.#features.trend(slot, channel);
    const output = silenceOutput(this.#options, { ...silence, trend });
    if (!this.#lifecycle.stop(slot, channel)) return [output];
    return [...this.#unlessSuppressed(this.#stopped(slot, silence)), output];
  }

  resumed(end: SilenceEnd): Output {
    return silenceOutput(this.#options, end);
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
    const sent = this.#unlessSuppressed(forgottenOutput(this.#options, { ...incident, series, nowMs, revision }));
    this.suppression.forget(series);
    return [...sent, ...ended];
  }

  /** The silence of a channel knows its last value and the time of it better than the rows do. */
  #stopped(
    slot: number,
    gone: Pick<Silence, 'series' | 'nowMs' | 'channel' | 'value'> & Partial<Silence>,
  ): AlertOutput {
    const { series, nowMs } = gone;
    const incident = this.#lifecycle.incident(slot);
    const value = gone.value ?? this.#features.newest(slot, incident.channel);
    const valueMs = gone.channel === undefined ? incident.valueMs : (gone.sinceMs ?? incident.valueMs);
    const trend = this.#features.trend(slot, incident.channel);
    return stoppedOutput(this.#options, { ...incident, series, nowMs, value, valueMs, trend });
  }

  /** What the incident looks like by now, what found it, and whether it stays suppressed. */
  #route({ series, endMs: timeMs }: Row, slot: number, step: Step): Routing {
    const incident = this.#lifecycle.incident(slot);
    const signature = step === 'resolve' ? undefined : this.insights.signature(slot, incident);
    const statistics = step === 'raise' || step === 'worsen' ? sharesOf(this.#judge.surprises()) : undefined;
    if (signature !== undefined || statistics !== undefined) {
      this.insights.note({ id: this.#ids.of(slot, series, incident.startMs), signature, statistics });
    }
    const speaks = this.#judge.found.judged && this.#judge.found.seen(incident.channel) && step !== 'stop';
    return this.suppression.route({ series, timeMs, step, incident, signature, speaks });
  }

  /** An incident that was suppressed is one no more: to everybody it begins now. */
  #beginAgain(slot: number): Step {
    this.#lifecycle.begin(slot);
    return 'raise';
  }

  #stepOf(row: Row, slot: number, step: Exclude<Step, 'none'>, ruled: string | undefined): AlertOutput {
    if (step === 'stop') return this.#stopped(slot, { series: row.series, nowMs: row.endMs });
    const { intervalMs } = this.#judge.found;
    const { gapMs } = this.#lifecycle;
    return alertOutput(this.#options, row, this.#judge, {
      ...this.#lifecycle.incident(slot),
      ...{ step, gapMs, intervalMs, ruled },
    });
  }

  #unlessSuppressed(step: AlertOutput): readonly AlertOutput[] {
    const by = this.suppression.suppressedBy(step.series);
    if (by === undefined) return [step];
    this.insights.note({ id: step.id, quieted: { step, ...by } });
    return [];
  }
}
