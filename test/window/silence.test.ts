import { describe, expect, test } from 'vitest';
import { channelOptions } from '../../src/event/channel.ts';
import { windows as makeWindows } from '../../src/window/windows.ts';
import { advance, made, of, options, pushAll } from './world.ts';

const silentAfter = { kind: 'event', gap: { silent_after: '10ms' } };

describe('a silent series', () => {
  test('is reported once, when the watermark is more than silent_after ahead of it', () => {
    const windows = made(silentAfter);
    pushAll(windows, [of('a', 0, 1), of('b', 10, 1), of('c', 10, 1)]);
    expect(windows.silent()).toEqual([]);
    pushAll(windows, [of('b', 11, 1), of('c', 11, 1)]);
    expect(windows.silent()).toEqual([{ series: 'a', sinceMs: 0, nowMs: 11 }]);
    pushAll(windows, [of('b', 20, 1), of('c', 20, 1)]);
    expect(windows.silent()).toEqual([]);
  });

  test('is reported again after it sent something', () => {
    const windows = made(silentAfter);
    pushAll(windows, [of('a', 0, 1), of('b', 11, 1), of('c', 11, 1), of('a', 12, 1)]);
    advance(windows, 22);
    expect(windows.silent()).toEqual([
      { series: 'a', sinceMs: 0, nowMs: 11 },
      { series: 'b', sinceMs: 11, nowMs: 22 },
      { series: 'c', sinceMs: 11, nowMs: 22 },
    ]);
    advance(windows, 23);
    expect(windows.silent()).toEqual([{ series: 'a', sinceMs: 12, nowMs: 23 }]);
  });

  test('resumes by whatever is newer than its last word, however late, and then is silent no sooner than after silent_after', () => {
    const windows = made(silentAfter);
    pushAll(windows, [of('a', 0, 1), of('b', 50, 1), of('c', 50, 1), of('a', 1, 1)]);
    expect(windows.silent()).toEqual([{ series: 'a', sinceMs: 0, nowMs: 50 }]);
    expect(windows.resumed()).toEqual([{ series: 'a', sinceMs: 0, nowMs: 50, resumedMs: 1 }]);
    pushAll(windows, [of('b', 60, 1), of('c', 60, 1), of('a', 2, 1), of('b', 70, 1), of('c', 70, 1)]);
    expect([windows.silent(), windows.resumed()]).toEqual([[], []]);
    pushAll(windows, [of('b', 71, 1), of('c', 71, 1)]);
    expect(windows.silent()).toEqual([{ series: 'a', sinceMs: 60, nowMs: 71 }]);
  });

  test('resumes by what is too late for its window', () => {
    const windows = made({ kind: 'tumbling', size: '5ms', gap: { silent_after: '10ms' } });
    pushAll(windows, [of('a', 0, 1), of('b', 50, 1), of('c', 50, 1)]);
    expect(windows.silent().map(({ series }) => series)).toEqual(['a']);
    expect(windows.push(of('a', 1, 1))).toBe('late');
    expect(windows.resumed()).toEqual([{ series: 'a', sinceMs: 0, nowMs: 50, resumedMs: 1 }]);
    windows.push(of('a', 1, 1));
    expect([windows.resumed(), windows.silences]).toEqual([[], 0]);
  });

  test('is none whose clock is wrong: what it sends is refused, and it is not reported silent', () => {
    const windows = made({ ...silentAfter, max_leap: '1m' });
    pushAll(windows, [of('a', 0, 1), of('b', 0, 1), of('c', 0, 1)]);
    for (let timeMs = 5; timeMs <= 50; timeMs += 5) {
      const admissions = pushAll(windows, [of('a', 3_600_000 + timeMs, 1), of('b', timeMs, 1), of('c', timeMs, 1)]);
      expect(admissions).toEqual(['time-leap', 'accepted', 'accepted']);
    }
    expect(windows.silent()).toEqual([]);
  });

  test('is reported where one other is left, which moves event time as its clock ticks', () => {
    const windows = made(silentAfter);
    pushAll(windows, [of('b', 0, 1), of('a', 0, 1), of('b', 1, 1)]);
    for (let timeMs = 2; timeMs <= 11; timeMs++) windows.push(of('b', timeMs, 1));
    expect(windows.silent()).toEqual([]);
    windows.push(of('b', 12, 1));
    expect(windows.silent()).toEqual([{ series: 'a', sinceMs: 0, nowMs: 11 }]);
  });

  test('is reported by time and then by name', () => {
    const windows = made(silentAfter);
    pushAll(windows, [of('c', 0, 1), of('b', 0, 1), of('a', 1, 1)]);
    advance(windows, 100);
    expect(windows.silent().map(({ series }) => series)).toEqual(['b', 'c', 'a']);
  });

  test('is not reported when it was forgotten', () => {
    const windows = made(silentAfter);
    windows.push(of('a', 0, 1));
    windows.forget('a');
    advance(windows, 100);
    expect(windows.silent()).toEqual([]);
  });

  test('goes unnoticed unless asked for', () => {
    const windows = made(undefined);
    windows.push(of('a', 0, 1));
    advance(windows, 1e7);
    windows.fallSilent(2e9);
    expect([windows.silent(), windows.fallsSilent(3e9)]).toEqual([[], false]);
  });
});

describe('where nothing comes at all', () => {
  test('series are reported silent, each once, at its own time, though event time does not move', () => {
    const windows = made(silentAfter);
    pushAll(windows, [of('a', 0, 1), of('b', 4, 1)]);
    expect([windows.fallsSilent(10), windows.fallsSilent(11)]).toEqual([false, true]);
    windows.fallSilent(11);
    expect(windows.silent()).toEqual([{ series: 'a', sinceMs: 0, nowMs: 11 }]);
    expect([windows.fallsSilent(14), windows.fallsSilent(15)]).toEqual([false, true]);
    windows.fallSilent(40);
    expect(windows.silent()).toEqual([{ series: 'b', sinceMs: 4, nowMs: 40 }]);
    expect([windows.fallsSilent(1e12), windows.watermark, windows.silences]).toEqual([false, 0, 2]);
  });

  test('asking changes nothing, and who sent something since is not reported', () => {
    const windows = made(silentAfter);
    pushAll(windows, [of('a', 0, 1), of('b', 1, 1), of('a', 9, 1), of('b', 9, 1)]);
    expect(windows.fallsSilent(19)).toBe(false);
    windows.fallSilent(20);
    expect(windows.silent().map(({ series }) => series)).toEqual(['a', 'b']);
    expect(windows.fallsSilent(1e12)).toBe(false);
  });

  test.each([
    { kind: 'event', gap: { silent_after: '10ms' } },
    { kind: 'tumbling', size: '5ms', gap: { silent_after: '10ms', policy: 'carry' } },
  ])('no window of kind $kind closes, and what was delayed is not late: it ends the silence', (yaml) => {
    const [windows, undisturbed] = [made(yaml), made(yaml)];
    const before = [of('a', 0, 1), of('a', 3, 2)];
    const delayed = [of('a', 4, 3), of('a', 6, 4), of('a', 12, 5)];
    for (const each of [windows, undisturbed]) pushAll(each, before);
    windows.fallSilent(60_000);
    expect(pushAll(windows, delayed)).toEqual(pushAll(undisturbed, delayed));
    expect(windows.take()).toEqual(undisturbed.take());
    expect(windows.resumed()).toEqual([{ series: 'a', sinceMs: 3, nowMs: 60_000, resumedMs: 4 }]);
    expect(windows.watermark).toBe(12);
  });

  test('one that speaks ends its own silence, not that of the others', () => {
    const windows = made(silentAfter);
    pushAll(windows, [of('a', 0, 1), of('b', 0, 1)]);
    windows.fallSilent(11);
    windows.push(of('b', 1, 1));
    expect(windows.resumed().map(({ series }) => series)).toEqual(['b']);
    windows.fallSilent(12);
    windows.push(of('b', 13, 1));
    expect([windows.silent().map(({ sinceMs }) => sinceMs), windows.silences]).toEqual([[0, 0, 1], 1]);
  });

  test('what is no newer than its last word does not end a silence, which would be reported twice under one name', () => {
    const windows = made({ kind: 'tumbling', size: '5ms', lateness: '1m', gap: { silent_after: '10ms' } });
    windows.push(of('a', 9, 1));
    windows.fallSilent(20);
    expect([windows.push(of('a', 8, 2)), windows.resumed()]).toEqual(['accepted', []]);
    windows.push(of('a', 10, 3));
    expect(windows.resumed()).toEqual([{ series: 'a', sinceMs: 9, nowMs: 20, resumedMs: 10 }]);
  });

  test('a silence, and when it was reported, survive a snapshot', () => {
    const [windows, other] = [made(silentAfter), made(silentAfter)];
    windows.push(of('a', 0, 1));
    windows.fallSilent(30);
    expect([windows.silent().length, windows.take().length]).toEqual([1, 1]);
    other.restore('a', windows.snapshot('a') ?? null);
    other.restoreClock(windows.clock());
    expect([other.fallsSilent(1e12), other.silences]).toEqual([false, 1]);
    other.push(of('a', 2, 1));
    expect(other.resumed()).toEqual([{ series: 'a', sinceMs: 0, nowMs: 30, resumedMs: 2 }]);
  });
});

describe('a channel that has no value any more, of a series that sends', () => {
  const two = (yaml: unknown = silentAfter) => made(yaml, 'mean', 'mean');
  const NaN_ = Number.NaN;

  test('is reported once, with its last value, and resumes by a value alone', () => {
    const windows = two();
    pushAll(windows, [of('a', 0, 1, 7), of('a', 5, 2, NaN_), of('a', 10, 3, NaN_)]);
    expect(windows.silent()).toEqual([]);
    pushAll(windows, [of('a', 11, 4, NaN_), of('a', 12, 5, NaN_)]);
    expect(windows.silent()).toEqual([{ series: 'a', channel: 1, sinceMs: 0, nowMs: 11, value: 7 }]);
    expect([windows.silences, windows.resumed()]).toEqual([1, []]);
    windows.push(of('a', 20, 6, 8));
    expect(windows.resumed()).toEqual([{ series: 'a', channel: 1, sinceMs: 0, nowMs: 20, resumedMs: 20 }]);
    expect([windows.silences, windows.silent()]).toEqual([0, []]);
    pushAll(windows, [of('a', 30, 6, NaN_), of('a', 31, 6, NaN_)]);
    expect(windows.silent()).toEqual([{ series: 'a', channel: 1, sinceMs: 20, nowMs: 31, value: 8 }]);
  });

  test.each([
    { kind: 'event', gap: { silent_after: '10ms' } },
    { kind: 'tumbling', size: '5ms', gap: { silent_after: '10ms', policy: 'ignore' } },
    { kind: 'tumbling', size: '5ms', gap: { silent_after: '10ms', policy: 'carry' } },
    { kind: 'tumbling', size: '5ms', gap: { silent_after: '10ms', policy: 'zero' } },
    { kind: 'hopping', size: '5ms', hop: '1ms', gap: { silent_after: '10ms', policy: 'zero' } },
  ])('is reported in windows of kind $kind with gap policy $gap.policy: nulls are no sign of life of it', (yaml) => {
    const windows = made(yaml);
    windows.push(of('a', 0, 7));
    for (let ms = 1; ms <= 30; ms++) windows.push(of('a', ms, NaN_));
    expect(windows.silent()).toEqual([{ series: 'a', channel: 0, sinceMs: 0, nowMs: 11, value: 7 }]);
  });

  test('is not missed before its first value', () => {
    const windows = two();
    for (let ms = 0; ms < 100; ms++) windows.push(of('a', ms, 1, NaN_));
    expect(windows.silent()).toEqual([]);
  });

  test('is not reported while its whole series is silent, and has its time again once that sends', () => {
    const windows = two();
    pushAll(windows, [of('a', 0, 1, 7), of('b', 50, 1, 1), of('c', 50, 1, 1)]);
    expect(windows.silent()).toEqual([{ series: 'a', sinceMs: 0, nowMs: 50 }]);
    pushAll(windows, [of('a', 50, 1, NaN_), of('a', 60, 1, NaN_), of('c', 60, 1, 1)]);
    expect(windows.silent()).toEqual([]);
    pushAll(windows, [of('b', 61, 1, 1), of('a', 61, 1, NaN_)]);
    expect(windows.silent()).toEqual([{ series: 'a', channel: 1, sinceMs: 0, nowMs: 61, value: 7 }]);
  });

  test('has a time of its own where it says so, and none with 0s or `score: false`', () => {
    const [slow, never, unscored] = [{ silent_after: '50ms' }, { silent_after: '0s' }, { score: false }];
    const channels = [slow, never, unscored].map((channel, i) => ({ ...channelOptions.parse(channel), name: `c${i}` }));
    const windows = makeWindows(options(silentAfter), channels);
    windows.push(of('a', 0, 1, 1, 1));
    for (let ms = 1; ms <= 200; ms++) windows.push(of('a', ms, NaN_, NaN_, NaN_));
    expect(windows.silent()).toEqual([{ series: 'a', channel: 0, sinceMs: 0, nowMs: 51, value: 1 }]);
  });

  test('survives a snapshot, reported or not', () => {
    for (const reported of [true, false]) {
      const [windows, other] = [two(), two()];
      pushAll(windows, [of('a', 0, 1, 7), of('a', 8, 2, NaN_)]);
      if (reported) windows.push(of('a', 11, 4, NaN_));
      windows.silent();
      windows.take();
      other.restore('a', windows.snapshot('a') ?? null);
      other.restoreClock(windows.clock());
      for (const each of [windows, other]) pushAll(each, [of('a', 12, 4, NaN_), of('a', 13, 4, 9)]);
      const [silent, ended] = [other.silent(), other.resumed()];
      expect([silent, ended]).toEqual([windows.silent(), windows.resumed()]);
      expect([silent.length, ended.length]).toEqual([reported ? 0 : 1, 1]);
    }
  });

  test('is no longer reported once its series is forgotten, which ends what was reported', () => {
    const windows = two();
    pushAll(windows, [of('a', 0, 1, 7), of('a', 11, 4, NaN_)]);
    windows.silent();
    expect(windows.forget('a')).toEqual([{ series: 'a', channel: 1, sinceMs: 0, nowMs: 11 }]);
    advance(windows, 1e6, 2);
    expect([windows.silent(), windows.silences]).toEqual([[], 0]);
  });
});
