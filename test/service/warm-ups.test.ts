import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { Detector } from '../../src/detector/detector.ts';
import type { LiveTask } from '../../src/pipeline/task/task-events.ts';
import { WarmUpLog } from '../../src/service/warm-up-log.ts';
import { seriesStatuses, streamStatuses, streamTotals } from '../../src/service/warm-ups.ts';
import { smallDetector } from '../detector/options.ts';

/** What of a task is looked at. */
function task(name: string, stream = 'home') {
  const detector = new Detector(smallDetector([{}]));
  const rows = new Map<string, number>();
  const feed = (series: string, count: number) => {
    const from = rows.get(series) ?? 0;
    rows.set(series, from + count);
    for (let i = from; i < from + count; i++) {
      detector.observe({ series, timeMs: 1e12 + i * 60_000, values: Float64Array.of(i % 5) });
    }
    detector.drain();
  };
  return { name, stream, detector, feed };
}

/** The service that has these tasks; nothing else of them is asked. */
const service = (...tasks: readonly ReturnType<typeof task>[]) => ({ tasks: tasks as unknown as readonly LiveTask[] });

describe('the log', () => {
  function logging() {
    const lines: string[] = [];
    const log = new WarmUpLog(pino({ level: 'info' }, { write: (line) => void lines.push(JSON.parse(line).msg) }));
    return { log, lines };
  }

  test('says once when the first series is ready and once when all are', () => {
    const { log, lines } = logging();
    const home = task('home');
    log.restored(home);
    home.feed('a', 100);
    home.feed('b', 10);
    log.committed(home, true);
    log.committed(home, true);
    const begin =
      'warm-up: home: 0 of 2 series are ready, so no alert can be raised yet: b has 10 of the 150 rows it needs, a 100 of 150';
    expect(lines.splice(0)).toEqual([begin]);
    home.feed('a', 50);
    log.committed(home, true);
    log.committed(home, true);
    expect(lines).toEqual(['warm-up: the first series of home is ready: a']);
    home.feed('b', 140);
    log.committed(home, true);
    log.committed(home, true);
    expect(lines.slice(1)).toEqual(['warm-up: all 2 series of home are ready']);
    home.feed('c', 150);
    log.committed(home, true);
    home.feed('d', 150);
    log.committed(home, true);
    expect(lines.slice(2)).toEqual(['warm-up: all 4 series of home are ready']);
  });

  test('does not report again after a restart what was ready before it', () => {
    const { log, lines } = logging();
    const home = task('home');
    home.feed('a', 200);
    log.restored(home);
    home.feed('a', 10);
    log.committed(home, true);
    expect(lines).toEqual([]);
  });

  test('says at the end of a run what is not ready', () => {
    const { log, lines } = logging();
    const [home, plant] = [task('home'), task('plant', 'plant')];
    for (let i = 0; i < 7; i++) home.feed(`s${i}`, 20 - i);
    plant.feed('a', 150);
    log.ended([home, plant]);
    const says =
      '0 of 7 series are ready, so no alert can be raised yet: s6 has 14 of the 150 rows it needs, s5 15 of 150, s4 16 of 150, and 4 more are not';
    expect(lines).toEqual([`warm-up: home: ${says}`]);
  });

  test('takes the partitions of a stream together, as long as they are here', () => {
    const { log, lines } = logging();
    const [first, second] = [task('home/0'), task('home/1')];
    for (const each of [first, second]) log.restored(each);
    first.feed('a', 150);
    second.feed('b', 20);
    for (const each of [second, first]) log.committed(each, true);
    expect(lines.shift()).toMatch(/^warm-up: home\/1: 0 of 1 series are ready/);
    expect(lines).toEqual(['warm-up: the first series of home is ready: a']);
    log.keep(new Set(['home/0']));
    first.feed('c', 150);
    log.committed(first, true);
    expect(lines.slice(1)).toEqual(['warm-up: all 2 series of home are ready']);
  });
});

describe('the API', () => {
  test('adds the tasks of a stream up, here and in other processes', () => {
    const [first, second] = [task('home/0'), task('home/1')];
    first.feed('a', 150);
    first.feed('b', 75);
    second.feed('c', 30);
    const here = streamTotals(['home', 'empty'], service(first));
    const there = streamTotals(['home', 'empty'], service(second));
    expect(streamStatuses([here, there])).toEqual([
      { name: 'home', series: 3, ready: 1, warming: 2, percent: 56, etaSeconds: 120 * 60 },
      { name: 'empty', series: 0, ready: 0, warming: 0, percent: null, etaSeconds: null },
    ]);
  });

  test('has the series of a stream by name, in one state where it is asked for', () => {
    const [first, second] = [task('home/0'), task('home/1')];
    for (const series of ['e', 'b', 'd']) first.feed(series, 3);
    for (const series of ['c', 'a']) second.feed(series, 2);
    second.feed('f', 150);
    const names = (query: object) =>
      seriesStatuses({ stream: 'home', limit: 2, ...query }, service(first, second, task('x', 'other'))).map(
        ({ name }) => name,
      );
    expect(names({})).toEqual(['a', 'b']);
    expect(names({ after: 'b' })).toEqual(['c', 'd']);
    expect(names({ limit: 9, state: 'ready' })).toEqual(['f']);
    expect(names({ limit: 9, state: 'warming' })).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(seriesStatuses({ stream: 'home', limit: 1 }, service(first))).toEqual([
      { name: 'b', state: 'warming', percent: 2, rows: 3, rowsNeeded: 150, etaSeconds: 147 * 60 },
    ]);
  });
});
