import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/event/time.ts';
import { Dice } from '../../src/simulate/dice.ts';
import { type Episode, FaultPlan, progress } from '../../src/simulate/faults.ts';

const kinds = [{ fault: 'breaks', lastsMs: [HOUR_MS, 2 * HOUR_MS] as const }];

function plan(perDay: number, fromMs = 0): FaultPlan {
  return new FaultPlan('s', new Dice(1, 'plan'), { kinds, perDay, fromMs });
}

function episodes(subject: FaultPlan, untilMs: number, stepMs: number): Set<Episode> {
  const seen = new Set<Episode>();
  for (let timeMs = 0; timeMs < untilMs; timeMs += stepMs) {
    const episode = subject.at(timeMs);
    if (episode !== undefined) seen.add(episode);
  }
  return seen;
}

describe('a fault plan', () => {
  test('keeps its rate: 2 a day of fault-free time over 1000 days, within 4 deviations', () => {
    const seen = [...episodes(plan(2), 1_000 * DAY_MS, HOUR_MS / 2)];
    const faultyDays = seen.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0) / DAY_MS;
    const expected = 2 * (1_000 - faultyDays);
    expect(Math.abs(seen.length - expected)).toBeLessThan(4 * Math.sqrt(expected));
  });

  test('has episodes that neither overlap nor last longer or shorter than their kind allows', () => {
    const seen = [...episodes(plan(6), 100 * DAY_MS, HOUR_MS / 2)];
    seen.forEach(({ startMs, endMs }, at) => {
      expect(endMs - startMs).toBeGreaterThanOrEqual(HOUR_MS * 0.999);
      expect(endMs - startMs).toBeLessThanOrEqual(2 * HOUR_MS * 1.001);
      if (at > 0) expect(startMs).toBeGreaterThanOrEqual(seen[at - 1].endMs);
    });
  });

  test('does not depend on how often it is asked', () => {
    const often = [...episodes(plan(1), 50 * DAY_MS, HOUR_MS / 10)];
    expect([...episodes(plan(1), 50 * DAY_MS, HOUR_MS / 2)]).toEqual(often);
    expect([...plan(1).starting(50 * DAY_MS)].slice(0, often.length)).toEqual(often);
  });

  test('starts nothing in its calm time, and nothing ever at rate 0', () => {
    const [first] = plan(1, 30 * DAY_MS).starting(1_000 * DAY_MS);
    expect(first.startMs).toBeGreaterThanOrEqual(30 * DAY_MS);
    expect([...plan(0).starting(1_000 * DAY_MS)]).toEqual([]);
  });

  test('ends the episode under way when it is cut', () => {
    const subject = plan(1);
    const [first] = plan(1).starting(DAY_MS * 100);
    expect(subject.at(first.startMs)).toEqual(first);
    subject.cut(first.startMs + 1);
    expect(subject.at(first.startMs + 2)).toBeUndefined();
  });
});

test('progress goes from 0 at the start to 1 at the end', () => {
  const episode: Episode = { series: 's', fault: 'f', startMs: 10, endMs: 20, severity: 0, sign: 1 };
  expect([5, 10, 15, 20, 25].map((at) => progress(episode, at))).toEqual([0, 0, 0.5, 1, 1]);
});
