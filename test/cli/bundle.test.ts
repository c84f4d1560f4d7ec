import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { enginesHere } from '../../src/pipeline/run/engines.ts';
import { shelfOf } from '../../src/service/bundles.ts';
import { missing } from '../../src/tensorflow/binding.ts';
import { Place, record, surprisal } from './program.ts';

const ROWS = 900;
const SECRET = 'a-token-that-nobody-sees';

/** A run that raised alerts, two series, with checkpoints in between; and the bundles that it kept. */
async function ran(state: readonly string[] = []) {
  const place = new Place();
  const lines = Array.from({ length: 2 * ROWS }, (_, n) => {
    const isFault = n >= 1_400 && n < 1_412;
    const line = record(n >> 1, n % 2 === 0 ? 'a' : 'b');
    return isFault ? line.replace(/"value":\d+/, '"value":1000') : line;
  });
  writeFileSync(place.source, lines.join('\n'));
  const config = place.configure({
    stream: ['window: { kind: event }', 'alert: { budget: 10/day }'],
    state: ['commit_records: 100', 'checkpoint_records: 300', ...state],
  });
  const yaml = readFileSync(config, 'utf8').replace('enabled: false', `enabled: false, token: ${SECRET}`);
  writeFileSync(config, yaml);
  expect(await surprisal(['run', '-c', config])).toMatchObject({ code: 0 });
  const folder = place.at('state/bundles');
  const ids = existsSync(folder) ? readdirSync(folder).map((name) => name.slice(0, 16)) : [];
  return { place, config, folder, ids };
}

test('the bundle of an alert gives the same score to the bit, and says what it is about; one that was changed does not', {
  timeout: 240_000,
}, async () => {
  const { place, config, folder, ids } = await ran();
  expect(ids.length).toBeGreaterThan(0);
  const copy = place.at('elsewhere.gz');
  const written = await surprisal(['bundle', ids[0], '-c', config, '-o', copy]);
  expect(written).toMatchObject({ code: 0, out: '', err: expect.stringContaining('reproduces the alert') });
  expect(readFileSync(copy)).toEqual(readFileSync(`${folder}/${ids[0]}.bundle`));

  const text = gunzipSync(readFileSync(copy)).toString();
  const [header] = text.split('\n').map((line) => line && JSON.parse(line));
  // Neither all rows, nor none; and a state before them.
  expect(text.match(/^\{"row":/gm)?.length).toBeLessThan(ROWS);
  expect(text.match(/^\{"entry":"(task|s\/a|s\/b)"/gm)).toHaveLength(3);
  expect(text).not.toContain(SECRET);
  expect(text).not.toContain(place.folder);

  const replayed = await surprisal(['replay', copy, '--quiet', '--scores', place.at('scores.csv')]);
  const [{ id, score }] = header.alerts;
  expect(replayed).toMatchObject({ code: 0, err: expect.stringContaining(`alert ${id}: score ${score}, `) });
  expect(
    replayed.err
      .trimEnd()
      .split('\n')
      .every((line) => line.endsWith('the same to the bit')),
  ).toBe(true);
  expect(readFileSync(place.at('scores.csv'), 'utf8').split('\n').length).toBeGreaterThan(2);

  const changed = place.at('changed');
  writeFileSync(changed, gzipSync(text.replaceAll('[1000]', '[1001]')));
  const other = await surprisal(['replay', changed, '--quiet']);
  expect([other.code, other.err]).toEqual([1, expect.stringContaining('[bundle/differs]')]);
});

const others = enginesHere()
  .map(({ kind }) => kind)
  .filter((kind) => kind !== 'wasm');

test.each(others)(
  'with engine %s it gives the same alert, and says what rounding changes',
  {
    timeout: 240_000,
  },
  async (engine) => {
    const { place, folder, ids } = await ran();
    const bundle = `${folder}/${ids[0]}.bundle`;
    const replayed = await surprisal(['replay', bundle, '--quiet', '--engine', engine]);
    const [first, ...lines] = replayed.err.trimEnd().split('\n');
    expect([replayed.code, first]).toEqual([
      0,
      `engine ${engine} rounds otherwise than wasm, which scored: the bits cannot all be the same`,
    ]);
    const same = /^alert [0-9a-f]{16}: score \S+, \S+ bits: (the same to the bit|now .* the same but for rounding)/;
    for (const line of lines) expect(line).toMatch(same);

    // Rounding excuses nothing more.
    const text = gunzipSync(readFileSync(bundle)).toString();
    const changed = place.at('changed');
    writeFileSync(changed, gzipSync(text.replaceAll('[1000]', '[1200]')));
    const other = await surprisal(['replay', changed, '--quiet', '--engine', engine]);
    expect([other.code, other.err]).toEqual([1, expect.stringContaining('[bundle/differs]')]);
  },
);

test('a bundle of an engine that this machine lacks is computed by another, which it says', {
  timeout: 240_000,
}, async (context) => {
  const lacks = missing() !== undefined;
  if (!lacks) return context.skip('this machine has every engine');
  const { place, folder, ids } = await ran();
  const text = gunzipSync(readFileSync(`${folder}/${ids[0]}.bundle`)).toString();
  const foreign = place.at('foreign');
  writeFileSync(foreign, gzipSync(text.replace('"engine":"wasm"', '"engine":"tensorflow"')));
  const replayed = await surprisal(['replay', foreign, '--quiet']);
  expect(replayed.code).toBe(0);
  expect(replayed.err).toContain('this machine has no engine tensorflow, which scored: wasm computes instead');
});

test('a bundle alone says how it is replayed; an alert without one is named', { timeout: 240_000 }, async () => {
  const { config, folder, ids } = await ran(['bundles: 1']);
  expect(ids).toHaveLength(1);
  const given = await surprisal(['replay', `${folder}/${ids[0]}.bundle`, '--budget', '1/day']);
  expect([given.code, given.err]).toEqual([2, expect.stringContaining('--budget: the bundle says that')]);
  const unknown = await surprisal(['bundle', '0123456789abcdef', '-c', config]);
  expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining('[bundle/missing]')]);
  const wrong = await surprisal(['bundle', '../../etc/passwd', '-c', config]);
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('16 hex digits')]);
});

test.each([
  { kept: true, yaml: '' },
  { kept: false, yaml: 'state: { bundles: 0 }\n' },
  { kept: true, yaml: 'kafka: { brokers: 127.0.0.1:9 }\n' },
])('bundles are kept: $kept, with "$yaml"', ({ kept, yaml }) => {
  const place = new Place();
  const source = yaml.startsWith('kafka') ? '{ kind: kafka, topic: t }' : '{ kind: file, path: x }';
  writeFileSync(
    place.at('c.yaml'),
    `${yaml}streams: { s: { source: ${source}, channels: { v: {} }, window: { kind: event } } }\n`,
  );
  expect(shelfOf(loadConfig(place.at('c.yaml'), {})) !== undefined).toBe(kept);
});
