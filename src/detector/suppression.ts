import type { IncidentState, Step } from '../alert/lifecycle.ts';
import type { EpochMs } from '../event/time.ts';
import type { Signature } from '../similar/signature.ts';
import { covers, type GivenVerdict, type VerdictStep, Verdicts } from '../similar/verdicts.ts';

/** A row of a series whose incident fires, or has just ended. */
export interface Seen {
  readonly series: string;
  readonly timeMs: EpochMs;
  readonly step: Step;
  readonly incident: IncidentState;
  /** Undefined where the incident is older than what it is known by. */
  readonly signature: Signature | undefined;
  /** An alert can be raised at the row: it has a value of the incident's channel. */
  readonly speaks: boolean;
}

/** The alert whose verdict suppresses an incident, and until when, event time. */
export type SuppressedBy = {
  readonly by: string;
  readonly untilMs: EpochMs;
};

/**
 * What becomes of a row's step: it is sent; it is suppressed by this verdict; or the alert that was suppressed so
 * far is raised.
 */
export type Routing = 'sent' | 'raise' | SuppressedBy;

/** State of the task: the verdicts, and by series what suppresses its incident. Its keys are those of the snapshot. */
export type SuppressionState = {
  readonly given: readonly GivenVerdict[];
  readonly quiet: readonly (readonly [series: string, by: SuppressedBy])[];
};

/**
 * Suppresses incidents that resemble one that a person expects. It looks again as the incident grows, and raises the
 * alert once the incident resembles it no more, gets worse than it, or the verdict is withdrawn or over.
 */
export class Suppression {
  readonly #verdicts = new Verdicts();
  readonly #suppressed = new Map<string, SuppressedBy>();

  /** Takes an answer in; see `Verdicts`. */
  take(answer: VerdictStep, nowMs: EpochMs): void {
    this.#verdicts.take(answer, nowMs);
  }

  /** Verdicts that are kept, in the order in which they were given. */
  get given(): readonly GivenVerdict[] {
    return this.#verdicts.all;
  }

  /** Incidents that are suppressed now. */
  get count(): number {
    return this.#suppressed.size;
  }

  /** Each row of an incident that fires, or ends, once, in order. O(verdicts) while the incident is young, else O(1) */
  route(seen: Seen): Routing {
    const { series, step } = seen;
    if (this.#verdicts.size + this.#suppressed.size === 0) return 'sent';
    const by = this.#suppressed.get(series);
    if (by === undefined) return step === 'raise' ? this.#suppress(series, this.#match(seen)) : 'sent';
    if (step === 'resolve') {
      this.#suppressed.delete(series);
      return by;
    }
    if (!seen.speaks) return by;
    const lasting = this.#lasting(by, seen);
    if (lasting !== undefined) return this.#suppress(series, lasting);
    this.#suppressed.delete(series);
    return 'raise';
  }

  /** The verdict that suppresses the incident of the series, if one does. */
  suppressedBy(series: string): SuppressedBy | undefined {
    return this.#suppressed.get(series);
  }

  /** The incident of the series ends without a row. */
  forget(series: string): void {
    this.#suppressed.delete(series);
  }

  /** Undefined where there is no verdict: the state is then what it is without any. */
  snapshot(): SuppressionState | undefined {
    if (this.#verdicts.size + this.#suppressed.size === 0) return undefined;
    return { given: this.given, quiet: [...this.#suppressed] };
  }

  /** Into what has seen nothing. */
  restore({ given, quiet }: SuppressionState): void {
    this.#verdicts.restore(given);
    this.#suppressed.clear();
    for (const [series, by] of quiet) this.#suppressed.set(series, by);
  }

  #suppress(series: string, given: GivenVerdict | undefined): Routing {
    if (given === undefined) return 'sent';
    const by = { by: given.alert, untilMs: given.untilMs };
    this.#suppressed.set(series, by);
    return by;
  }

  #lasting({ by }: SuppressedBy, seen: Seen): GivenVerdict | undefined {
    if (seen.signature !== undefined) return this.#match(seen);
    const given = this.#verdicts.lasting(by, seen.timeMs);
    return given !== undefined && covers(given, { severity: severityOf(seen.incident) }) ? given : undefined;
  }

  #match({ series, timeMs, incident, signature }: Seen): GivenVerdict | undefined {
    if (signature === undefined) return undefined;
    return this.#verdicts.suppressing({ series, nowMs: timeMs, severity: severityOf(incident), signature });
  }
}

function severityOf({ severe }: IncidentState): 'critical' | 'warning' {
  return severe ? 'critical' : 'warning';
}
