import { expect, test } from 'vitest';
import { Detector } from '../../src/detector/detector.ts';
import { CheckpointWriter, restoreState } from '../../src/pipeline/task/checkpoint-writer.ts';
import { encode } from '../../src/store/codec.ts';
import type { Entry } from '../../src/store/store.ts';
import { kept } from '../detector/kept.ts';
import { smallDetector } from '../detector/options.ts';

const SERIES = 600;
const options = smallDetector([{}]);

/** A row of each of the series. */
function observe(detector: Detector, minute: number, from = 0, to = SERIES): void {
  for (let n = from; n < to; n++) {
    const values = Float64Array.of(Math.sin(n + minute));
    detector.observe({ series: `s${n}`, timeMs: 1e12 + minute * 60_000, values });
  }
  detector.drain();
}

async function restored(...chunks: readonly (readonly Entry[])[]): Promise<Detector> {
  const detector = new Detector(options);
  async function* stored() {
    yield* chunks;
  }
  await restoreState(detector.state, stored());
  return detector;
}

/** All that is kept of a detector, as it would be stored. */
const sealed = (detector: Detector): readonly Entry[] =>
  [...kept(detector)].map(([name, plain]) => [name, encode(name, plain)]);

/** The same as text: comparing megabytes element by element took nearly all the time of the test. */
const comparable = (detector: Detector): ReadonlyMap<string, string> =>
  new Map(sealed(detector).map(([name, bytes]) => [name, Buffer.from(bytes ?? []).toString('base64')]));

test('what rows change while a checkpoint is taken is given again, and what counts is the state of the moment of its commit', async () => {
  const [detector, undisturbed] = [new Detector(options), new Detector(options)];
  for (const each of [detector, undisturbed]) observe(each, 0);
  let moment = -1;
  let minute = 0;
  const writer = new CheckpointWriter(detector.state, () => {
    moment = minute;
    return { outputs: [], offset: minute };
  });
  expect(moment).toBe(-1);
  const entries: Entry[] = [];
  for (const entry of writer.entries()) {
    entries.push(entry);
    // Rows come between any two entries, until the task may go no further.
    if (entries.length % 100 === 0 && minute < 8) observe(detector, ++minute, 0, 300);
  }
  expect(writer.commit()).toEqual({ outputs: [], offset: moment });
  expect(entries.length).toBeGreaterThan(SERIES + 300);
  for (let passed = 1; passed <= moment; passed++) observe(undisturbed, passed, 0, 300);
  const again = await restored(entries);
  for (const each of [again, undisturbed]) observe(each, 100);
  expect(comparable(again)).toEqual(comparable(undisturbed));
});

test('where a few series have changed, it is of the moment at which it began', () => {
  const detector = new Detector(options);
  observe(detector, 0, 0, 100);
  let commits = 0;
  const writer = new CheckpointWriter(detector.state, () => ({ outputs: [], offset: ++commits }));
  expect(commits).toBe(1);
  observe(detector, 1, 0, 100);
  expect([...writer.entries()]).toHaveLength(101);
  expect(writer.commit().offset).toBe(1);
  expect(detector.state.unsaved).toBe(100);
});

test('an entry of another configuration, or one that is damaged, is no fault once a later one has taken its place', async () => {
  const [detector, other] = [new Detector(options), new Detector(smallDetector([{}, {}]))];
  observe(detector, 0, 0, 3);
  other.observe({ series: 's0', timeMs: 1e12, values: Float64Array.of(1, 2) });
  other.observe({ series: 'gone', timeMs: 1e12, values: Float64Array.of(1, 2) });
  other.drain();
  const [foreign, entries] = [sealed(other), sealed(detector)];
  const damaged: Entry = ['s/s1', new Uint8Array(40)];
  const found = await restored(foreign, [damaged, ['s/gone', null]], entries);
  expect(found.seriesCount).toBe(3);
  await expect(restored(foreign, entries)).rejects.toMatchObject({ code: 'state/foreign', where: 's/gone' });
  await expect(restored(entries, [damaged])).rejects.toMatchObject({ code: 'state/corrupt', where: 's/s1' });
});
