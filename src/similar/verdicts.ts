import { z } from 'zod';
import type { EpochMs } from '../event/time.ts';
import { unlikeness } from './nearest.ts';
import type { Signature } from './signature.ts';

/** Verdicts that a task keeps; the oldest is forgotten first. */
const MOST = 1_000;

/** A signature as it is stored and sent. */
export const signatureSchema = z.strictObject({
  reason: z.string().max(200),
  channel: z.string().max(512),
  outlines: z.array(z.array(z.number()).max(10_000)).max(8),
});

/** A person's verdict on an alert. */
export const givenVerdict = z.strictObject({
  /** Id of the alert, and its series. */
  alert: z.string(),
  series: z.string(),
  /** `expected`: incidents like it need no alert; `real`: they do. */
  verdict: z.enum(['expected', 'real']),
  note: z.string(),
  severity: z.enum(['warning', 'critical']),
  signature: signatureSchema,
  /** Event time: given, and over. */
  givenMs: z.number(),
  untilMs: z.number(),
});

/** A verdict that is given, or the id of the alert whose verdict is withdrawn. */
export const verdictStep = z.union([givenVerdict, z.strictObject({ undo: z.string() })]);

export type GivenVerdict = z.infer<typeof givenVerdict>;
export type VerdictStep = z.infer<typeof verdictStep>;

/** What a verdict is compared with: an incident of a series, as far as it has come. */
export interface Asked {
  readonly series: string;
  readonly nowMs: EpochMs;
  readonly severity: GivenVerdict['severity'];
  readonly signature: Signature;
}

/** The verdicts on one task's alerts: a state like any other, changed by answers in order. */
export class Verdicts {
  /** By alert, in the order in which they were given. */
  #given = new Map<string, GivenVerdict>();

  get size(): number {
    return this.#given.size;
  }

  /** In the order in which they were given. */
  get all(): readonly GivenVerdict[] {
    return [...this.#given.values()];
  }

  /**
   * Takes an answer in; another one on the same alert replaces it. What is over at `nowMs` is forgotten. O(verdicts)
   */
  take(given: VerdictStep, nowMs: EpochMs): void {
    this.#given.delete('undo' in given ? given.undo : given.alert);
    if (!('undo' in given)) this.#given.set(given.alert, given);
    for (const [alert, { untilMs }] of this.#given) if (untilMs <= nowMs) this.#given.delete(alert);
    for (const alert of this.#given.keys()) {
      if (this.#given.size <= MOST) break;
      this.#given.delete(alert);
    }
  }

  /**
   * The verdict that suppresses the incident: the nearest of its series is `expected`, and near enough; undefined = an
   * alert. O(verdicts)
   */
  suppressing(asked: Asked): GivenVerdict | undefined {
    let found: GivenVerdict | undefined;
    let least = 1;
    for (const given of this.#given.values()) {
      if (given.series !== asked.series || given.untilMs <= asked.nowMs) continue;
      const far = unlikeness(asked.signature, given.signature);
      if (far > least) continue;
      least = far;
      found = given;
    }
    return found?.verdict === 'expected' && covers(found, asked) ? found : undefined;
  }

  /** The verdict on this alert, where it still suppresses at `nowMs`. */
  lasting(alert: string, nowMs: EpochMs): GivenVerdict | undefined {
    const given = this.#given.get(alert);
    return given?.verdict === 'expected' && given.untilMs > nowMs ? given : undefined;
  }

  /** Puts back what `all` had. */
  restore(given: readonly GivenVerdict[]): void {
    this.#given = new Map(given.map((each) => [each.alert, each]));
  }
}

/** A verdict on a warning does not suppress what is critical. */
export function covers({ severity }: Pick<GivenVerdict, 'severity'>, asked: Pick<Asked, 'severity'>): boolean {
  return severity === 'critical' || asked.severity === 'warning';
}
