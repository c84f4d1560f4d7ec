import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Place, record, surprisal } from './program.ts';

const ROWS = 500;
const text = Array.from({ length: ROWS }, (_, n) => {
  const time = new Date(Date.UTC(2026, 2, 2) + n * 3_600_000).toISOString();
  return `${time},${(20 + 5 * Math.sin((2 * Math.PI * n) / 24) + ((n * 7) % 11) / 10).toFixed(3)}`;
});

/** A place with a file of an hourly wave. */
function withFile() {
  const place = new Place();
  const file = place.at('wave.csv');
  writeFileSync(file, `time,value\n${text.join('\n')}\n`);
  return { place, file };
}

describe('forecast', { timeout: 240_000 }, () => {
  test('continues a file: the same each time, as JSON with crossing and backtest, as CSV, as paths and as a report', async () => {
    const { place, file } = withFile();
    const flags = ['forecast', file, '--value-columns', 'value', '--rows', '12', '--paths', '50'];
    const outputs = ['--samples', place.at('samples.csv'), '--report', place.at('report.html')];
    const asked = ['--output', 'json', '--cross', '23', '--backtest', '--backtest-from', '300'];
    const json = await surprisal([...flags, ...asked, ...outputs]);
    expect(json).toMatchObject({ code: 0 });
    expect(json.err).toContain(`${ROWS} rows of 1 series read, 0 records rejected`);
    const { times, levels, channels } = JSON.parse(json.out);
    expect([times[0], times[11]]).toEqual(['2026-03-22T20:00:00.000Z', '2026-03-23T07:00:00.000Z']);
    const [{ quantiles, crossing, backtest }] = channels;
    for (const row of quantiles) expect([...row].sort((a, b) => a - b)).toEqual(row);
    // At 20:00 the wave is low; it rises, and is at its highest, 25, ten hours later.
    expect(quantiles[9][levels.indexOf(0.025)]).toBeGreaterThan(20);
    expect(crossing).toMatchObject({ direction: 'up' });
    expect(crossing.probability).toBeGreaterThan(0.8);
    expect(backtest.map(({ method }: { method: string }) => method).slice(0, 4)).toEqual([
      ...['surprisal', 'network', 'last', 'season'],
    ]);
    expect(readFileSync(place.at('samples.csv'), 'utf8').trim().split('\n')).toHaveLength(1 + 12 * 50);
    expect(readFileSync(place.at('report.html'), 'utf8')).toContain('<i class="key label"></i>forecast');

    const csv = await surprisal([...flags, '--output', 'csv']);
    const [header, first] = csv.out.split('\n');
    expect(header).toBe('time,series,channel,row,q0.025,q0.05,q0.1,q0.25,q0.5,q0.75,q0.9,q0.95,q0.975');
    expect(first.split(',').slice(4).map(Number)).toEqual(quantiles[0]);
    const people = await surprisal([...flags, '--cross', '23']);
    expect(people.out).toContain('value rises to 23 with probability');
  });

  test('continues what a stream has learned, and changes nothing there; without a state it says how to make one', async () => {
    const place = new Place();
    const history = place.at('history.jsonl');
    writeFileSync(history, Array.from({ length: 400 }, (_, n) => record(n, 'a')).join('\n'));
    const config = place.configure({});
    const none = await surprisal(['forecast', '-c', config]);
    expect(none).toMatchObject({ code: 2 });
    expect(none.err).toContain('`replay --into` make one');

    expect(await surprisal(['replay', history, '-c', config, '--into', place.at('state')])).toMatchObject({ code: 0 });
    const state = ['forecast', '-c', config, '--rows', '5', '--output', 'json'];
    const [one, again] = [await surprisal(state), await surprisal(state)];
    expect(one).toMatchObject({ code: 0 });
    expect(one.err).toContain('not calibrated');
    expect(again.out).toBe(one.out);
    expect(JSON.parse(one.out)).toMatchObject({ series: 'a', channels: [{ channel: 'value' }] });
  });

  test('says what is wrong with flags that do not fit', async () => {
    const { file, place } = withFile();
    const said = async (...flags: readonly string[]) => {
      const { code, err } = await surprisal(['forecast', ...flags]);
      return `${code} ${err}`;
    };
    expect(await said(file)).toMatch(/^2 surprisal: .*name the channels/s);
    expect(await said()).toMatch(/^2 surprisal: .*name a file/s);
    expect(await said('-c', place.configure({}), '--backtest')).toMatch(/^2 surprisal: --backtest: needs a file/s);
    expect(await said(file, '--value-columns', 'value', '--series', 'b')).toContain(
      'there is no series b; there are 1',
    );
    expect(await said(file, '--value-columns', 'value', '--rows', '0')).toMatch(/^2 surprisal: --rows/s);
  });
});
