import { describe, expect, test } from 'vitest';
import { Detector } from '../../src/detector/detector.ts';
import type { DetectorOptions } from '../../src/detector/options.ts';
import type { SourceRecord } from '../../src/event/record.ts';
import { Intake } from '../../src/pipeline/intake.ts';
import { decode, encode } from '../../src/state/codec.ts';
import { fixtureDecoder, fixtureDetector, fixtureRecords, fixtureStreams } from './fixture-streams.ts';

const ROWS = 1200;

function replay(
  name: string,
  records: readonly SourceRecord[],
  batch: number,
  changed: Partial<DetectorOptions> = {},
): string {
  const detector = new Detector({ ...fixtureDetector(name), ...changed });
  const intake = new Intake(name, name, { decoder: fixtureDecoder(name), detector });
  let text = '';
  for (let from = 0; from < records.length; from += batch) {
    intake.take(records.slice(from, from + batch));
    text += intake
      .drain()
      .map((output) => `${JSON.stringify(output)}\n`)
      .join('');
  }
  return text;
}

/** A new detector for every record: nothing survives but the bytes of the snapshot. */
function replayWithRestores(name: string, records: readonly SourceRecord[]): string {
  const state = new Map<string, Uint8Array>();
  let text = '';
  for (const record of records) {
    const detector = new Detector(fixtureDetector(name));
    detector.restore(new Map([...state].map(([entry, bytes]) => [entry, decode(entry, bytes)])));
    const intake = new Intake(name, name, { decoder: fixtureDecoder(name), detector });
    intake.take([record]);
    text += intake
      .drain()
      .map((output) => `${JSON.stringify(output)}\n`)
      .join('');
    for (const [entry, plain] of detector.snapshot()) {
      if (plain === null) state.delete(entry);
      else state.set(entry, encode(entry, plain));
    }
  }
  return text;
}

describe.each(Object.keys(fixtureStreams))('%s', (name) => {
  const records = fixtureRecords(name, ROWS);
  const whole = replay(name, records, records.length);

  test('scores, and sets spoilt records aside in their turn', () => {
    expect(whole.match(/"kind":"score"/g)?.length).toBeGreaterThan(ROWS / 4);
    expect(whole.match(/"reason":"decode\/syntax"/g)?.length).toBe(ROWS / 50);
  });

  test.each([1, 7, 1000])('gives the same bytes in batches of %i as in one', (batch) => {
    expect(replay(name, records, batch)).toBe(whole);
  });

  test('gives the same bytes with a snapshot and a restore between every two records', { timeout: 120_000 }, () => {
    expect(replayWithRestores(name, records)).toBe(whole);
  });

  test.each([1, 7])('gives the same bytes in batches of %i where series are forgotten all the time', (batch) => {
    const few = { series: { max: 2, idle_after: 7_200_000 } };
    expect(replay(name, records, batch, few)).toBe(replay(name, records, records.length, few));
  });
});
