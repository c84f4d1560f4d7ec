import { expect, test } from 'vitest';
import { Ticks } from '../../src/pipeline/task/ticks.ts';

const tick = (number: number, offset: number) => ({ number, offset, silentMs: number * 1_000 });

test('ticks come again before the record at which they were made, in order, each once', () => {
  const ticks = new Ticks({ ticks: [tick(3, 10), tick(4, 10), tick(5, 20)], ticked: 6 });
  expect([ticks.nextOffset, ticks.takeBefore(9)]).toEqual([10, undefined]);
  expect([ticks.takeBefore(10), ticks.takeBefore(10), ticks.takeBefore(10)]).toEqual([
    tick(3, 10),
    tick(4, 10),
    undefined,
  ]);
  expect([ticks.nextOffset, ticks.takeBefore(99)?.number, ticks.nextOffset]).toEqual([20, 5, Number.POSITIVE_INFINITY]);
});

test('a new tick has the next number, and is committed once', () => {
  const ticks = new Ticks({ ticks: [], ticked: 6 });
  const made = ticks.make(30, 9);
  expect([made, ticks.acted(made)]).toEqual([{ number: 6, offset: 30, silentMs: 9 }, false]);
  expect([ticks.takeFresh(), ticks.takeFresh(), ticks.make(30, 10).number]).toEqual([[made], [], 7]);
});

test('what was committed is acted on silently; what only the log still knows is committed again', () => {
  const ticks = new Ticks({ ticks: [tick(1, 10), tick(2, 20)], ticked: 2 });
  const [committed, lost] = [ticks.takeBefore(10), ticks.takeBefore(20)];
  if (committed === undefined || lost === undefined) throw new Error('both come again');
  expect([ticks.acted(committed), ticks.acted(lost)]).toEqual([true, false]);
  expect([ticks.takeFresh(), ticks.make(20, 0).number]).toEqual([[lost], 3]);
});
