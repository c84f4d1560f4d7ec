import { describe, expect, test } from 'vitest';
import { distance, type KnownIncident, nearestIncidents } from '../../src/similar/nearest.ts';
import { outlines, type Signature, STAGES } from '../../src/similar/signature.ts';

const ROWS = 12;

/** The signature of an incident of two channels whose steps these are. */
function signed(steps: (row: number) => readonly [number, number], rows = ROWS): Signature {
  const all = Array.from({ length: rows }, (_, row) => steps(row)).flat();
  const course = { steps: all, channels: 2, scored: [true, true] };
  return { reason: 'unusual_value', channel: 'a', outlines: outlines(course) };
}

const falling = (row: number): [number, number] => [-1 - 0.1 * (row % 3), 0.1];
const fallingFaster = (row: number): [number, number] => [-1.4 - 0.1 * (row % 2), 0.1];
const swinging = (row: number): [number, number] => [row % 2 === 0 ? 2 : -2, row % 2 === 0 ? 2 : -2];
const still = (): [number, number] => [0, 0];

function known(id: string, startMs: number, signature: Signature | null, stream = 's'): KnownIncident {
  return { id, stream, startMs, signature };
}

describe('a signature', () => {
  test('has an outline for each stage that the incident has reached', () => {
    expect(STAGES.map((rows) => signed(falling, rows).outlines.length)).toEqual([1, 2, 3]);
    expect(signed(falling, 3).outlines).toEqual(signed(falling, 12).outlines.slice(0, 1));
  });

  test('counts a missing step as none, and one that is beyond measure as a large one', () => {
    const odd = signed((row) => [row === 2 ? Number.NaN : -1, row === 3 ? 1e6 : 0]);
    expect(odd.outlines.flat().every(Number.isFinite)).toBe(true);
  });

  test('has nothing of the channels that may not be blamed', () => {
    const course = { steps: [1, 50, 2, -50], channels: 2, scored: [true, false] };
    const other = { ...course, steps: [1, -9, 2, 9] };
    expect(outlines(course)).toEqual(outlines(other));
  });
});

describe('the distance', () => {
  test('is none to itself, and the same both ways', () => {
    const [a, b] = [signed(falling), signed(swinging)];
    expect(distance(a, a)).toBe(0);
    expect(distance(a, b)).toBe(distance(b, a));
  });

  test('is less to an incident that goes the same way than to one that swings or stands still', () => {
    const far = (other: Signature) => distance(signed(falling), other);
    expect(far(signed(fallingFaster))).toBeLessThan(far(signed(swinging)) / 2);
    expect(far(signed(fallingFaster))).toBeLessThan(far(signed(still)) / 2);
  });

  test('is greater where the reason or the channel is another', () => {
    const one = signed(falling);
    const far = distance(one, { ...one, reason: 'stuck' });
    expect(far).toBeGreaterThan(0);
    expect(distance(one, { ...one, reason: 'stuck', channel: 'b' })).toBeGreaterThan(far);
  });

  test('compares an incident that has just begun with the beginning of another', () => {
    expect(distance(signed(falling, 1), signed(falling))).toBe(0);
  });

  test('is infinite where there is nothing to compare, or the channels are others', () => {
    const one = signed(falling);
    const other = { ...one, outlines: outlines({ steps: [1], channels: 1, scored: [true] }) };
    expect(distance(one, { ...one, outlines: [] })).toBe(Number.POSITIVE_INFINITY);
    expect(distance(one, other)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('the nearest incidents', () => {
  const all = [
    known('1', 1, signed(swinging)),
    known('2', 2, signed(fallingFaster)),
    known('3', 3, signed(still)),
    known('4', 4, null),
    known('5', 5, signed(falling), 'other stream'),
    known('7', 7, signed(falling)),
  ];
  const ids = (found: ReturnType<typeof nearestIncidents<KnownIncident>>) => found.map(({ incident }) => incident.id);

  test('are the earlier ones of the stream with a signature, nearest first, and no more than asked for', () => {
    const asked = known('6', 6, signed(falling));
    expect(ids(nearestIncidents(asked, all, 10))[0]).toBe('2');
    expect(ids(nearestIncidents(asked, all, 10)).sort()).toEqual(['1', '2', '3']);
    expect(ids(nearestIncidents(asked, all, 1))).toEqual(['2']);
  });

  test('are none of an incident without a signature', () => {
    expect(nearestIncidents(known('6', 6, null), all, 10)).toEqual([]);
  });

  test('do not depend on the order in which they are known: of two as near the later counts', () => {
    const asked = known('9', 9, signed(falling));
    const twins = [known('a', 1, signed(swinging)), known('b', 2, signed(swinging))];
    expect(ids(nearestIncidents(asked, twins, 2))).toEqual(['b', 'a']);
    expect(ids(nearestIncidents(asked, [...twins].reverse(), 2))).toEqual(['b', 'a']);
  });
});
