import type { EpochMs } from '../event/time.ts';
import type { ComparedIncident } from './incidents.ts';

/** What may differ between two alerts about the same incident. */
export type Moved = 'raised' | 'ended' | 'severity';

/** An alert of one of two replays of the same data, and what became of it in the other. */
export type Difference =
  | { readonly change: 'gained'; readonly old: null; readonly new: ComparedIncident }
  | { readonly change: 'lost'; readonly old: ComparedIncident; readonly new: null }
  | {
      readonly change: 'moved' | 'same';
      readonly old: ComparedIncident;
      readonly new: ComparedIncident;
      /** Empty where they are the same. */
      readonly moved: readonly Moved[];
    };

interface Pair {
  readonly old: ComparedIncident;
  readonly new: ComparedIncident;
}

/**
 * What the second of two replays of the same data raised otherwise than the first, by the time at which it was raised.
 * Two alerts are about the same incident if they are of one series, both about its silence or both about its rows, and
 * overlap in time: those that begin with the same row are paired first, then each with the earliest that is left.
 * O(alerts · alerts of a series)
 */
export function differences(
  before: readonly ComparedIncident[],
  after: readonly ComparedIncident[],
): readonly Difference[] {
  const byStart = paired(before, after, (a, b) => a.startMs === b.startMs);
  const rest = (all: readonly ComparedIncident[], side: 'old' | 'new') => {
    const taken = new Set(byStart.map((pair) => pair[side]));
    return all.filter((incident) => !taken.has(incident));
  };
  const pairs = [...byStart, ...paired(rest(before, 'old'), rest(after, 'new'), overlap)];
  const matched = new Set(pairs.flatMap((pair) => [pair.old, pair.new]));
  const lost = before.filter((incident) => !matched.has(incident));
  const gained = after.filter((incident) => !matched.has(incident));
  const all: readonly Difference[] = [
    ...pairs.map(compared),
    ...lost.map((incident): Difference => ({ change: 'lost', old: incident, new: null })),
    ...gained.map((incident): Difference => ({ change: 'gained', old: null, new: incident })),
  ];
  return [...all].sort(byTime);
}

function paired(
  before: readonly ComparedIncident[],
  after: readonly ComparedIncident[],
  same: (a: ComparedIncident, b: ComparedIncident) => boolean,
): readonly Pair[] {
  const left = new Map<string, ComparedIncident[]>();
  for (const incident of [...after].sort(byRaise)) {
    const key = subject(incident);
    const known = left.get(key);
    if (known === undefined) left.set(key, [incident]);
    else known.push(incident);
  }
  return [...before].sort(byRaise).flatMap((old) => {
    const candidates = left.get(subject(old)) ?? [];
    const at = candidates.findIndex((candidate) => same(old, candidate));
    return at < 0 ? [] : [{ old, new: candidates.splice(at, 1)[0] }];
  });
}

/** What an alert is about: rows of a series, its silence, or that of a channel. */
function subject({ series, reason, channel }: ComparedIncident): string {
  return JSON.stringify(reason === 'silent' ? [series, reason, channel] : [series]);
}

function overlap(a: ComparedIncident, b: ComparedIncident): boolean {
  return a.startMs <= end(b) && b.startMs <= end(a);
}

function end({ endMs }: ComparedIncident): EpochMs {
  return endMs ?? Number.POSITIVE_INFINITY;
}

function compared(pair: Pair): Difference {
  const moved: Moved[] = [];
  if (pair.old.raisedMs !== pair.new.raisedMs) moved.push('raised');
  if (pair.old.endMs !== pair.new.endMs) moved.push('ended');
  if (pair.old.severity !== pair.new.severity) moved.push('severity');
  return { change: moved.length > 0 ? 'moved' : 'same', ...pair, moved };
}

function byRaise(a: ComparedIncident, b: ComparedIncident): number {
  return a.raisedMs - b.raisedMs || compareText(a.series, b.series) || compareText(a.id, b.id);
}

function byTime(a: Difference, b: Difference): number {
  return byRaise(newest(a), newest(b));
}

function newest(difference: Difference): ComparedIncident {
  return difference.change === 'lost' ? difference.old : difference.new;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
