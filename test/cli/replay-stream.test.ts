import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Place, record, surprisal } from './program.ts';

const ROWS = 1_200;
const PART = 800;

/** Two series that take turns; values out of all proportion once, in the part that is run. */
function lines(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from }, (_, i) => {
    const n = from + i;
    const line = record(n >> 1, n % 2 === 0 ? 'a' : 'b');
    return n >= 1_000 && n < 1_012 ? line.replace(/"value":\d+/, '"value":1000') : line;
  });
}

const text = (from: number, to: number) =>
  lines(from, to)
    .map((line) => `${line}\n`)
    .join('');

/** A place with the history in a file of its own, and the rest in the stream's. */
function split(stream: readonly string[] = []) {
  const place = new Place();
  const history = place.at('history.jsonl');
  writeFileSync(history, text(0, PART));
  writeFileSync(place.source, text(PART, ROWS));
  const window = stream.some((line) => line.startsWith('window')) ? [] : ['window: { kind: tumbling, size: 2m }'];
  const config = place.configure({ stream: [...window, ...stream] });
  return { place, history, config };
}

const written = (place: Place) => readFileSync(place.at('out.jsonl'), 'utf8').split('\n').filter(Boolean);

describe('replay --into', { timeout: 90_000 }, () => {
  test('and a run of the rest give, byte for byte, what a run of the whole gives of the rest', async () => {
    const whole = new Place();
    writeFileSync(whole.source, text(0, ROWS));
    const tumbling = ['window: { kind: tumbling, size: 2m }'];
    expect(await surprisal(['run', '-c', whole.configure({ stream: tumbling })])).toMatchObject({ code: 0 });

    const { place, history, config } = split();
    const replayed = await surprisal(['replay', history, '-c', config, '--into', place.at('state')]);
    expect(replayed).toMatchObject({ code: 0, out: '' });
    expect(replayed.err).toContain(`what room learned is stored in ${place.at('state')}; \`run -c ${config}\``);
    expect(existsSync(place.at('out.jsonl'))).toBe(false);

    expect(await surprisal(['run', '-c', config])).toMatchObject({ code: 0 });
    const all = written(whole);
    const rest = written(place);
    expect(rest.length).toBeGreaterThan(50);
    expect(rest.length).toBeLessThan(all.length / 2);
    expect(rest).toEqual(all.slice(-rest.length));
    expect(rest.filter((line) => JSON.parse(line).alert !== '').length).toBeGreaterThan(0);
  });

  test('refuses where the stream has a state, and says what to do; the state stays as it is', async () => {
    const { place, history, config } = split();
    const into = ['-c', config, '--stream', 'room', '--into', place.at('state')];
    expect(await surprisal(['replay', history, ...into])).toMatchObject({ code: 0 });
    const again = await surprisal(['replay', place.source, ...into]);
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('[state/exists]')]);
    expect(again.err).toContain('--replace');
    expect(await surprisal(['run', '-c', config])).toMatchObject({ code: 0 });
    expect(place.outputs('score')[0]).toMatchObject({ warming: false });
  });

  test('--replace forgets what was learned, but not the place in the source, nor what sinks have had', async () => {
    const { place, history, config } = split();
    expect(await surprisal(['run', '-c', config])).toMatchObject({ code: 0 });
    const before = written(place);
    const into = ['-c', config, '--into', place.at('state')];
    expect(await surprisal(['replay', history, ...into, '--replace'])).toMatchObject({ code: 0 });
    writeFileSync(place.source, text(PART, ROWS) + text(ROWS, ROWS + 60));
    expect(await surprisal(['run', '-c', config])).toMatchObject({ code: 0 });
    const after = written(place).slice(before.length);
    expect(written(place).slice(0, before.length)).toEqual(before);
    // A window of before the gap closes with the first record of after it.
    const times = after.map((line) => JSON.parse(line)).filter(({ kind }) => kind === 'score');
    const gapAt = 1_700_000_000_000 + (ROWS >> 1) * 60_000;
    expect(times.filter(({ timeMs }) => timeMs > gapAt).length).toBeGreaterThan(10);
    expect(times.every(({ timeMs }) => timeMs > gapAt || timeMs <= 1_700_000_000_000 + 60_000 * (PART / 2 + 2))).toBe(
      true,
    );
  });

  test('keeps nothing of a history of which no record can be used', async () => {
    const { place, config } = split();
    const bad = place.at('bad.jsonl');
    writeFileSync(bad, '{"id":"a"}\n{}\n');
    const { code, err } = await surprisal(['replay', bad, '-c', config, '--into', place.at('state'), '--quiet']);
    expect([code, err]).toEqual([1, expect.stringContaining('none of 2 records could be used [source/unusable]')]);
    expect(await surprisal(['replay', place.source, '-c', config, '--into', place.at('state')])).toMatchObject({
      code: 0,
    });
  });

  test('says that a stream from Kafka cannot be preloaded yet', async () => {
    const { place, history } = split();
    const config = place.at('kafka.yaml');
    const stream = 'meters: { source: { kind: kafka, topic: meters }, channels: { value: {} } }';
    writeFileSync(config, `kafka: { brokers: 127.0.0.1:9 }\nstreams: { ${stream} }\n`);
    const { code, err } = await surprisal(['replay', history, '-c', config, '--into', place.at('state')]);
    expect([code, err]).toEqual([2, expect.stringContaining('not possible yet')]);
    expect(existsSync(place.at('state'))).toBe(false);
  });
});

describe('replay -c', { timeout: 90_000 }, () => {
  test('reads the attributes of a stream: its rules alarm as in a run', async () => {
    const { place, history, config } = split([
      'window: { kind: event }',
      'attributes: { room: /id }',
      'rules: { many: { kind: velocity, count: 20, within: 1h, where: { room: b } } }',
    ]);
    const { code, out } = await surprisal(['replay', history, '-c', config]);
    expect([code, out]).toEqual([0, expect.stringContaining('events with room b within')]);
    expect(existsSync(place.at('state'))).toBe(false);
  });

  test('scores through the configuration of the stream, keeps nothing, and says what it went by', async () => {
    const { place, history, config } = split(['alert: { budget: 10/day, after_rows: 300 }']);
    const scores = place.at('scores.csv');
    const { code, err } = await surprisal(['replay', history, '-c', config, '--scores', scores, '--quiet']);
    expect(code).toBe(0);
    expect(err).toMatch(/^budget: 10\/day\n/);
    // 800 records of two series at one a minute each, in windows of 2 minutes, the last still open.
    expect(readFileSync(scores, 'utf8').trimEnd().split('\n').length).toBe(1 + 2 * 200);
    expect(err).toMatch(
      /\n0 of 2 series are ready, so no alert can be raised yet: a has 200 of the 300 rows it needs, b 200 of 300\n$/,
    );
    expect(existsSync(place.at('state'))).toBe(false);
  });

  test.each([
    { given: ['--stream', 'kitchen'], says: 'there is no stream kitchen; name one of: room' },
    { given: ['--budget', '1/day'], says: '--budget: the configuration says that' },
    { given: ['--value-columns', 'value'], says: '--value-columns: the configuration says that' },
    { given: ['--replace'], says: '--replace: goes with --into' },
  ])('refuses $given', async ({ given, says }) => {
    const { history, config } = split();
    const { code, err } = await surprisal(['replay', history, '-c', config, ...given]);
    expect([code, err]).toEqual([2, expect.stringContaining(says)]);
  });

  test('needs neither channels nor a configuration twice', async () => {
    const { history, place } = split();
    const { code, err } = await surprisal(['replay', history]);
    expect([code, err]).toEqual([2, expect.stringContaining('--value-columns: name the channels')]);
    const stored = await surprisal(['replay', history, '--value-columns', 'value', '--into', place.at('state')]);
    expect([stored.code, stored.err]).toEqual([2, expect.stringContaining('--into: needs a configuration')]);
  });
});

test('a replay prints its budget, and which series are ready', { timeout: 60_000 }, async () => {
  const place = new Place();
  const from = (id: string, rows: number) => Array.from({ length: rows }, (_, i) => record(i, id));
  writeFileSync(place.source, [...from('home-1', 150), ...from('home-2', 140), ...from('home-3', 160)].join('\n'));
  const flags = ['--value-columns', 'value', '--time-column', 'time', '--key-column', 'id', '--quiet'];
  const { err } = await surprisal(['replay', place.source, ...flags]);
  expect(err).toMatch(/^budget: .* \(default\)\n/);
  expect(err).toContain('2 of 3 series are ready: home-2 has 140 of the 150 rows it needs\n');
  const budgeted = await surprisal(['replay', place.source, ...flags, '--budget', '1/month/series']);
  expect(budgeted.err).toMatch(/^budget: 1\/month\/series\n/);
});
