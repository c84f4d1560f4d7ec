import { expect, test } from 'vitest';
import { Detector } from '../../src/detector/detector.ts';
import { wasm } from '../../src/lstm/wasm/wasm.ts';
import { tensorflow } from '../../src/tensorflow/tensorflow.ts';
import { fixtureDetector, fixtureRecords } from '../detector/fixture-streams.ts';
import { kept, restoredFrom } from '../detector/kept.ts';
import { replay, replayWithRestores } from '../detector/replays.ts';
import { describeWith } from '../servers/program.ts';
import { needed } from './needed.ts';

const ROWS = 600;

describeWith([needed], 'a detector on tensorflow', () => {
  const records = fixtureRecords('machine', ROWS);
  const fresh = () => new Detector(fixtureDetector('machine'), { engines: [tensorflow] });

  test('gives the same bytes in batches of 1, of 7 and as a whole, and with a restore between every two records', () => {
    const whole = replay(fresh(), 'machine', records, records.length);
    expect(whole.match(/"kind":"score"/g)?.length).toBeGreaterThan(ROWS / 4);
    expect(replay(fresh(), 'machine', records, 1)).toBe(whole);
    expect(replay(fresh(), 'machine', records, 7)).toBe(whole);
    expect(replayWithRestores(fresh, 'machine', records)).toBe(whole);
  }, 120_000);

  test('continues with it where auto would now take another, and changes to one that is named', () => {
    const first = fresh();
    replay(first, 'machine', records, records.length);
    const state = kept(first);
    const engines = [{ kind: 'wasm', summary: '', make: wasm }, tensorflow];
    const [same, named] = ['auto', 'wasm'].map((engine) =>
      restoredFrom(state, new Detector(fixtureDetector('machine', engine), { engines })),
    );
    expect([same.engine, named.engine]).toEqual(['tensorflow', 'wasm']);
    expect(named.counts).toEqual(same.counts);
  });
});
