import type { Signature } from './signature.ts';

/** What another reason, or another channel, adds to the square of a distance. */
const OTHERWISE = 0.25;

/**
 * Two incidents no farther apart than this are taken for one kind, by the stage that both have reached: at first there
 * is little to go by, and it is looked at again. `test/bench/similar.ts` has what that is right and wrong about.
 */
export const ALIKE: readonly number[] = [0.8, 0.6, 0.5];

/** An incident that others may be compared with. */
export interface KnownIncident {
  readonly id: string;
  readonly stream: string;
  /** First row of the incident. */
  readonly startMs: number;
  readonly signature: Signature | null;
}

/** An incident and how far it is from the one asked about; 0 = the same. */
export interface Near<T> {
  readonly incident: T;
  readonly distance: number;
}

/**
 * How far two signatures are from each other, at the latest stage that both have reached; ∞ where they cannot be
 * compared. O(numbers)
 */
export function distance(one: Signature, other: Signature): number {
  const stage = commonStage(one, other);
  if (stage < 0) return Number.POSITIVE_INFINITY;
  const [a, b] = [one.outlines[stage], other.outlines[stage]];
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let square = (one.reason === other.reason ? 0 : OTHERWISE) + (one.channel === other.channel ? 0 : OTHERWISE);
  for (let n = 0; n < a.length; n++) square += (a[n] - b[n]) ** 2;
  return Math.sqrt(square);
}

/** The distance as a share of that up to which two incidents are taken for one kind: ≤ 1 = they are. O(numbers) */
export function unlikeness(one: Signature, other: Signature): number {
  const stage = commonStage(one, other);
  return stage < 0 ? Number.POSITIVE_INFINITY : distance(one, other) / ALIKE[stage];
}

/**
 * The earlier incidents of its stream that are nearest to this one, nearest first, at most so many. O(known · log
 * known)
 */
export function nearestIncidents<T extends KnownIncident>(
  incident: KnownIncident,
  known: Iterable<T>,
  most: number,
): readonly Near<T>[] {
  const { signature } = incident;
  if (signature === null) return [];
  const found: Near<T>[] = [];
  for (const other of known) {
    if (other.stream !== incident.stream || other.signature === null || !isEarlier(other, incident)) continue;
    const far = distance(signature, other.signature);
    if (Number.isFinite(far)) found.push({ incident: other, distance: far });
  }
  return found.sort((a, b) => a.distance - b.distance || (isEarlier(a.incident, b.incident) ? 1 : -1)).slice(0, most);
}

/** Of two that began together, by id: the order does not depend on who is asked first. */
function isEarlier(one: KnownIncident, other: KnownIncident): boolean {
  return one.startMs < other.startMs || (one.startMs === other.startMs && one.id < other.id);
}

/** −1 where there is none. */
function commonStage(one: Signature, other: Signature): number {
  return Math.min(one.outlines.length, other.outlines.length, ALIKE.length) - 1;
}
