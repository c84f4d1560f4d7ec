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

/** The alert whose verdict keeps an incident quiet, and until when, event time. */
export type QuietBy = {
  readonly by: string;
  readonly untilMs: EpochMs;
};

/**
 * What becomes of a row's step: it is sent; it is kept quiet by this verdict; or the alert that was quiet so far is
 * raised.
 */
export type Routing = 'sent' | 'raise' | QuietBy;

/** State of the task: the verdicts, and by series what keeps its incident quiet. */
export type QuietState = {
  readonly given: readonly GivenVerdict[];
  readonly quiet: readonly (readonly [series: string, by: QuietBy])[];
};

/**
 * Keeps incidents quiet that resemble one that a person expects. It looks again as the incident grows, and raises the
 * alert once the incident resembles it no more, gets worse than it, or the verdict is withdrawn or over.
 */
export class Quieting {
  readonly #verdicts = new Verdicts();
  readonly #quiet = new Map<string, QuietBy>();

  /** Takes an answer in; see `Verdicts`. */
  take(answer: VerdictStep, nowMs: EpochMs): void {
    this.#verdicts.take(answer, nowMs);
  }

  /** Verdicts that are kept, in the order in which they were given. */
  get given(): readonly GivenVerdict[] {
    return this.#verdicts.all;
  }

  /** Incidents that are quiet now. */
  get count(): number {
    return this.#quiet.size;
  }

  /** Each row of an incident that fires, or ends, once, in order. O(verdicts) while the incident is young, else O(1) */
  route(seen: Seen): Routing {
    const { series, step } = seen;
    if (this.#verdicts.size + this.#quiet.size === 0) return 'sent';
    const quiet = this.#quiet.get(series);
    if (quiet === undefined) return step === 'raise' ? this.#keepQuiet(series, this.#match(seen)) : 'sent';
    if (step === 'resolve') {
      this.#quiet.delete(series);
      return quiet;
    }
    if (!seen.speaks) return quiet;
    const lasting = this.#lasting(quiet, seen);
    if (lasting !== undefined) return this.#keepQuiet(series, lasting);
    this.#quiet.delete(series);
    return 'raise';
  }

  /** The verdict that keeps the incident of the series quiet, if one does. */
  quietBy(series: string): QuietBy | undefined {
    return this.#quiet.get(series);
  }

  /** The incident of the series ends without a row. */
  forget(series: string): void {
    this.#quiet.delete(series);
  }

  /** Undefined where there is no verdict: the state is then what it is without any. */
  snapshot(): QuietState | undefined {
    if (this.#verdicts.size + this.#quiet.size === 0) return undefined;
    return { given: this.given, quiet: [...this.#quiet] };
  }

  /** Into what has seen nothing. */
  restore({ given, quiet }: QuietState): void {
    this.#verdicts.restore(given);
    this.#quiet.clear();
    for (const [series, by] of quiet) this.#quiet.set(series, by);
  }

  #keepQuiet(series: string, given: GivenVerdict | undefined): Routing {
    if (given === undefined) return 'sent';
    const quiet = { by: given.alert, untilMs: given.untilMs };
    this.#quiet.set(series, quiet);
    return quiet;
  }

  #lasting({ by }: QuietBy, seen: Seen): GivenVerdict | undefined {
    if (seen.signature !== undefined) return this.#match(seen);
    const given = this.#verdicts.lasting(by, seen.timeMs);
    return given !== undefined && covers(given, { severity: severityOf(seen.incident) }) ? given : undefined;
  }

  #match({ series, timeMs, incident, signature }: Seen): GivenVerdict | undefined {
    if (signature === undefined) return undefined;
    return this.#verdicts.quieting({ series, nowMs: timeMs, severity: severityOf(incident), signature });
  }
}

function severityOf({ severe }: IncidentState): 'critical' | 'warning' {
  return severe ? 'critical' : 'warning';
}
