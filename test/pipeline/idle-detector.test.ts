import { describe, expect, test } from 'vitest';
import { type Clocks, IdleDetector, type IdleOptions } from '../../src/pipeline/task/idle-detector.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];
const fiveMinutes: IdleOptions = { silent_after: 5 * MINUTE, live_within: DAY };

/** A machine whose time advances by hand; its wall clock can be set. */
class Machine {
  steadyMs = 1e6;
  wallMs = NOON;
  readonly clocks: Clocks = { wall: () => this.wallMs, steady: () => this.steadyMs };

  pass(ms: number): void {
    this.steadyMs += ms;
    this.wallMs += ms;
  }

  idle(options = fiveMinutes, lastSeenMs?: number): IdleDetector {
    return new IdleDetector(options, lastSeenMs, this.clocks);
  }

  /** The source is asked each second, and never has anything. */
  listen(idle: IdleDetector, ms: number): void {
    for (let left = ms; left > 0; left -= SECOND) {
      const askedAt = this.steadyMs;
      this.pass(Math.min(SECOND, left));
      idle.answered({ askedAt, answeredAt: this.steadyMs });
    }
  }
}

describe('what event time would be', () => {
  test.each([
    ['a live stream', 0],
    ['one that lags ten minutes', -10 * MINUTE],
    ['one whose clock is an hour fast', HOUR],
  ])('is counted from the watermark of %s by the wall time since the newest observation', (_, ahead) => {
    const machine = new Machine();
    const idle = machine.idle();
    machine.listen(idle, 2 * MINUTE);
    idle.seen();
    const watermark = machine.wallMs + ahead;
    machine.listen(idle, 7 * MINUTE);
    expect(idle.silentMs(watermark)).toBe(watermark + 7 * MINUTE);
  });

  test.each([
    ['years ago', Date.UTC(2014, 0, 1), DAY],
    ['years ahead', Date.UTC(2040, 0, 1), DAY],
    ['a little ago, where only event time counts', NOON, 0],
    ['longer ago than live_within', NOON - HOUR - 1, HOUR],
  ])('is not known where the newest observation was of %s: that is history', (_, watermark, live_within) => {
    const machine = new Machine();
    const idle = machine.idle({ silent_after: MINUTE, live_within });
    idle.seen();
    machine.listen(idle, 3 * DAY);
    expect(idle.silentMs(watermark)).toBeUndefined();
  });

  test('is not known before anything came, or where nobody asks for silence', () => {
    const machine = new Machine();
    const [idle, careless] = [machine.idle(), machine.idle({ live_within: DAY })];
    careless.seen();
    machine.listen(idle, HOUR);
    machine.listen(careless, HOUR);
    expect([idle.silentMs(NOON), careless.silentMs(NOON), idle.lastSeenMs]).toEqual([undefined, undefined, undefined]);
  });

  test('does not jump with the wall clock', () => {
    const machine = new Machine();
    const idle = machine.idle();
    idle.seen();
    machine.listen(idle, 6 * MINUTE);
    machine.wallMs += 40 * DAY;
    expect(idle.silentMs(NOON)).toBe(NOON + 6 * MINUTE);
    machine.wallMs -= 80 * DAY;
    expect(idle.silentMs(NOON)).toBe(NOON + 6 * MINUTE);
  });

  test('is of when the source had nothing more, not of when somebody came to look at its answer', () => {
    const machine = new Machine();
    const idle = machine.idle();
    idle.seen();
    machine.listen(idle, 2 * MINUTE);
    machine.pass(HOUR);
    expect(idle.silentMs(NOON)).toBe(NOON + 2 * MINUTE);
  });
});

describe('over a restart', () => {
  test('silence counts on from when the newest observation was taken in', () => {
    const machine = new Machine();
    const first = machine.idle();
    first.seen();
    machine.listen(first, 2 * MINUTE);
    machine.pass(HOUR);
    const second = machine.idle(fiveMinutes, first.lastSeenMs);
    expect([first.lastSeenMs, second.lastSeenMs]).toEqual([NOON, NOON]);
    machine.listen(second, MINUTE);
    expect(second.silentMs(NOON)).toBe(NOON + HOUR + 3 * MINUTE);
  });

  test('a wall clock that was set back is not believed to have run backwards', () => {
    const machine = new Machine();
    const idle = machine.idle(fiveMinutes, NOON + DAY / 2);
    machine.listen(idle, 2 * MINUTE);
    expect(idle.silentMs(NOON)).toBe(NOON + 2 * MINUTE);
  });
});

describe('who cannot listen', () => {
  test('concludes nothing for the first minute: senders that were cut off as well come back', () => {
    const machine = new Machine();
    const idle = machine.idle(fiveMinutes, NOON - HOUR);
    machine.listen(idle, 59 * SECOND);
    expect(idle.silentMs(NOON)).toBeUndefined();
    machine.listen(idle, SECOND);
    expect(idle.silentMs(NOON)).toBe(NOON + HOUR + MINUTE);
  });

  test('waits as long again after the source could not be asked', () => {
    const machine = new Machine();
    const idle = machine.idle();
    idle.seen();
    machine.listen(idle, 20 * MINUTE);
    const askedAt = machine.steadyMs;
    machine.pass(10 * MINUTE);
    idle.answered({ askedAt, answeredAt: machine.steadyMs });
    expect(idle.silentMs(NOON)).toBeUndefined();
    machine.listen(idle, MINUTE);
    expect(idle.silentMs(NOON)).toBe(NOON + 31 * MINUTE);
  });

  test('waits no longer than a silence takes', () => {
    const machine = new Machine();
    const idle = machine.idle({ silent_after: 3 * SECOND, live_within: DAY }, NOON - HOUR);
    machine.listen(idle, 3 * SECOND);
    expect(idle.silentMs(NOON)).toBe(NOON + HOUR + 3 * SECOND);
  });
});

test.each([
  [5 * MINUTE, 10 * SECOND],
  [20 * SECOND, 2 * SECOND],
])('where silence takes %d ms, ticks are %d ms apart', (silent_after, apart) => {
  const machine = new Machine();
  const idle = machine.idle({ silent_after, live_within: DAY });
  idle.seen();
  machine.listen(idle, HOUR);
  idle.ticked();
  machine.listen(idle, apart - SECOND);
  expect(idle.silentMs(NOON)).toBeUndefined();
  machine.listen(idle, SECOND);
  expect(idle.silentMs(NOON)).toBe(NOON + HOUR + apart);
});
