import { Random } from '../../../../src/math/random.ts';
import { FAULT_KINDS, FAULT_RANGES } from '../inject/faults.ts';
import { type Found, type JudgedRecording, judgeFaults, thresholdFor } from '../inject/judge.ts';
import { AFTERMATH_ROWS, KindBag, SLOT_ROWS, withFaults } from '../inject/plan.ts';
import { type InjectionSet, injectionSets } from '../inject/sets.ts';
import { bootstrapped } from '../metrics/bootstrap.ts';
import { sumOf } from '../metrics/sum.ts';
import type { Cell, Part, PartOptions, PartResult, Row, Share } from '../part.ts';

/** False alarms in 10 000 rows at which the score alone is compared. */
const ALLOWED = 3;

/** Faults injected into real data without faults. */
export const injected: Part = {
  name: 'injected',
  summary: `Faults injected into real data without any, one in each ${SLOT_ROWS} rows from row ${SLOT_ROWS} on; length in rows and size in sd of the channel drawn log-uniformly: ${rangesText()}. The faults' seed is the network's. Caught: an incident is raised during the fault or one row after it. False: raised outside faults and ${AFTERMATH_ROWS} rows after each, in 10 000 such rows, warm-up included. "At ${ALLOWED}": the score alone with the threshold, chosen in hindsight for each set, that flags ${ALLOWED} hundreds of rows in 10 000. No budget given. Intervals: bootstrap over recordings and passes.`,
  contestants: 'all',
  run,
};

function rangesText(): string {
  return FAULT_KINDS.map((kind) => {
    const { rows, size } = FAULT_RANGES[kind];
    return `${kind} ${rows.join('–')} rows${kind === 'stuck' ? '' : `, ${size.join('–')} sd`}`;
  }).join('; ');
}

function run(options: PartOptions): PartResult {
  const sets = injectionSets().map((set) => ({ name: set.name, judged: judgeSet(set, options) }));
  const rows = sets.map(({ name, judged }): Row => ({ name, cells: cellsOf(judged) }));
  const all = sets.flatMap(({ judged }) => judged);
  const headline = Object.fromEntries(
    sets.flatMap(({ name, judged }) => {
      const short = name.split(' ')[0];
      return [
        [`${short} caught`, share(judged, ({ caught }) => caught)],
        [`${short} false/10k`, falsePer10000(judged)],
      ];
    }),
  );
  return {
    rows: [...rows, { name: 'all four', cells: { ...cellsOf(all), [`at ${ALLOWED}/10k`]: atAllowed(sets) } }],
    headline,
  };
}

function judgeSet(set: InjectionSet, { contestant, seed }: PartOptions): readonly JudgedRecording[] {
  const kinds = new KindBag(new Random(seed).fork(set.name));
  return Array.from({ length: set.passes }, (_, pass) => pass).flatMap((pass) =>
    set.recordings.map((clean) => {
      const random = new Random(seed).fork(`${set.name}/${clean.name}/${pass}`);
      const unsure = set.unsure(clean);
      const faulty = withFaults(clean, { kinds, random, forbidden: unsure });
      const [watched] = contestant.watch(set.stream(faulty.recording), seed);
      return judgeFaults(faulty, watched, unsure);
    }),
  );
}

function cellsOf(judged: readonly JudgedRecording[]): Record<string, Cell> {
  const threshold = thresholdFor(judged, ALLOWED);
  const found = judged.flatMap((each) => each.found);
  const caught = found.filter((each) => each.caught);
  const delays = caught.map(({ delay }) => delay).sort((a, b) => a - b);
  return {
    caught: share(judged, (each) => each.caught),
    ...Object.fromEntries(FAULT_KINDS.map((kind) => [kind, share(judged, (each) => each.caught, kind)])),
    'false/10k': bootstrapped(judged, falsePer10000),
    'right channel': { hits: caught.filter(({ rightChannel }) => rightChannel).length, of: caught.length },
    'median delay, rows': delays[delays.length >> 1] ?? Number.NaN,
    [`at ${ALLOWED}/10k`]: share(judged, ({ score }) => score > threshold),
  };
}

/** Each set by a threshold of its own. */
function atAllowed(sets: readonly { readonly judged: readonly JudgedRecording[] }[]): Share {
  const shares = sets.map(({ judged }) => {
    const threshold = thresholdFor(judged, ALLOWED);
    return share(judged, ({ score }) => score > threshold);
  });
  return { hits: sumOf(shares, ({ hits }) => hits), of: sumOf(shares, ({ of }) => of) };
}

function share(judged: readonly JudgedRecording[], is: (found: Found) => boolean, kind?: string): Share {
  const found = judged.flatMap((each) => each.found).filter(({ fault }) => kind === undefined || fault.kind === kind);
  return { hits: found.filter(is).length, of: found.length };
}

function falsePer10000(judged: readonly JudgedRecording[]): number {
  return (10_000 * sumOf(judged, ({ falses }) => falses)) / sumOf(judged, ({ calmRows }) => calmRows);
}
