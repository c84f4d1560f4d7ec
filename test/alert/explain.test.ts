import { describe, expect, test } from 'vitest';
import { seenRarity } from '../../src/alert/evidence.ts';
import {
  explainDelayed,
  explainSeriesResumed,
  explainSilence,
  explainUnusual,
  type IncidentFacts,
  quantityText,
} from '../../src/alert/explain.ts';
import { explainResolved } from '../../src/alert/explain-over.ts';
import { DAY_MS, MINUTE_MS } from '../../src/event/time.ts';

const noon = Date.UTC(2026, 0, 1, 12);

function explained(some: Partial<IncidentFacts> = {}): string {
  return explainUnusual({
    series: 'home 3',
    channel: 'inside',
    unit: '°C',
    reason: 'unusual_value',
    value: 12.13,
    expected: 20.3,
    lower: 19.52,
    upper: 21,
    implied: null,
    spanMs: 0,
    judged: null,
    pValue: 0.000025,
    intervalMs: 5 * MINUTE_MS,
    rows: 50_000,
    attribution: 1,
    channels: 1,
    startMs: noon,
    timeMs: noon,
    ...some,
  });
}

describe('what is unusual', () => {
  test('is reported as seen, expected and how rare', () => {
    expect(explained()).toBe(
      'inside of home 3 is 12.13 °C; expected 20.3 °C (19.52 to 21 °C). ' +
        'No recent value of this series is near it: 1 in 40\u202f000 rows, about once in 20 weeks.',
    );
  });

  test('is reported with the channel to blame where there are several, and since when where it lasts', () => {
    const text = explained({ channels: 3, attribution: 0.823, timeMs: noon + DAY_MS, reason: 'unusual_change' });
    expect(text).toBe(
      'inside of home 3 is 12.13 °C; expected 20.3 °C (19.52 to 21 °C). ' +
        'The last values were forecast far worse than usual for this series: 1 in 40\u202f000 rows, about once in 20 weeks. ' +
        'inside carries 82 % of the surprise. Unusual since 2026-01-01T12:00Z.',
    );
  });

  test('is reported without what is not known', () => {
    const bare = { value: null, expected: null, lower: null, upper: null, intervalMs: 0 };
    expect(explained(bare)).toBe(
      'inside of home 3 is missing. No recent value of this series is near it: 1 in 40\u202f000 rows.',
    );
  });

  test('is never claimed to be rarer than the rows seen could show', () => {
    const pValue = seenRarity(1e-11, 150);
    expect(explained({ pValue, rows: 150, intervalMs: MINUTE_MS })).toContain(
      ': rarer than 1 in 150 rows, less than once in 2 hours.',
    );
    expect(explained({ pValue: seenRarity(0, 500), rows: 500 })).toContain(
      ': rarer than 1 in 500 rows, less than once in 41 hours.',
    );
    expect(seenRarity(0.5, 500)).toBe(0.5);
    expect(explained({ pValue: 1 })).not.toContain('1 in');
  });

  test('shows digits enough for the band, and says so where the forecast allows the value', () => {
    const text = explained({ unit: '', value: 50.51, expected: 50.5012, lower: 50.5009, upper: 50.5101 });
    expect(text).toMatch(
      / is 50\.51; expected 50\.5012 \(50\.5009 to 50\.5101\)\. The forecast allows it, but no recent value/,
    );
  });

  test.each<[Partial<IncidentFacts>, string]>([
    [
      { reason: 'unusual_change', judged: { rows: 8, value: -1.25, usual: Number.NaN, as: 'unit' } },
      'Its last 8 values were on average 1.25 °C below their forecasts, far more than usual for this series:',
    ],
    [
      { reason: 'unusual_level', judged: { rows: 64, value: 50.501, usual: 50.499, as: 'unit' } },
      '°C. The mean of its last 64 values is 50.501 °C; its usual level is 50.499 °C:',
    ],
    [
      { reason: 'unusual_noise', judged: { rows: 16, value: 0.05, usual: 0.4, as: 'unit' } },
      'on average 0.05 °C from their forecast; usual is 0.4 °C. It varies far less than usual:',
    ],
    [
      { reason: 'unusual_noise', judged: { rows: 16, value: 0.3, usual: 0.01, as: 'share' } },
      'on average 30 % from their forecast; usual is 1 %. It varies far more than usual:',
    ],
    [
      { reason: 'stuck', judged: { rows: 73, value: 73, usual: 13, as: 'number' } },
      '. It has not moved for 73 rows; the longest before was 13:',
    ],
    [
      { reason: 'many_channels', judged: { rows: 30, value: 3.4, usual: Number.NaN, as: 'number' } },
      'All channels together are 3.4 times as far',
    ],
    [
      { reason: 'contradicts_channels', channels: 3, judged: { rows: 64, value: 2, usual: Number.NaN, as: 'unit' } },
      '. Its last 64 values were on average 2 °C above what the other channels imply.',
    ],
    [
      {
        reason: 'contradicts_channels',
        channels: 3,
        implied: 20.9,
        judged: { rows: 1, value: -3, usual: Number.NaN, as: 'unit' },
      },
      '; the other channels imply 20.9 °C. They have seldom disagreed so much:',
    ],
    [
      { reason: 'unusual_for_the_hour', judged: { rows: 8, value: 2, usual: Number.NaN, as: 'unit' } },
      'on average 2 °C above what is usual at this hour.',
    ],
  ])('names the statistic that found it, and the number that it judged: %j', (some, words) => {
    expect(explained(some)).toContain(words);
  });

  test('is reported by the statistic that found it, with what that expects and not the forecast', () => {
    const facts = { value: 17.4, implied: 20.9, channels: 4, attribution: 0 };
    expect(explained({ ...facts, reason: 'contradicts_channels' })).toBe(
      'inside of home 3 is 17.4 °C; the other channels imply 20.9 °C. They have seldom disagreed so much: ' +
        '1 in 40\u202f000 rows, about once in 20 weeks.',
    );
    expect(explained({ ...facts, reason: 'unusual_for_the_hour' })).toContain('; usual at this hour is 20.9 °C.');
    expect(explained({ ...facts, implied: null, reason: 'stuck' })).toMatch(
      /^inside of home 3 is 17\.4 °C\. It has not moved for longer than it ever does: 1 in/,
    );
    expect(explained({ ...facts, reason: 'unusual_amount' })).toContain('; usual for this series is 20.9 °C.');
  });

  test('says over how long a shape is unlike every other, where that is known', () => {
    const reason = 'unusual_shape';
    expect(explained({ reason, spanMs: 832 })).toBe(
      'inside of home 3 is 12.13 °C. Its shape over the last 0.83 seconds is unlike every shape seen before: ' +
        '1 in 40\u202f000 rows, about once in 20 weeks.',
    );
    expect(explained({ reason, spanMs: 90_000 })).toContain('over the last 90 seconds is unlike');
    expect(explained({ reason })).toContain('Its shape is unlike');
  });

  test('blames nobody where nobody stands out', () => {
    expect(explained({ channels: 3, attribution: 0 })).not.toContain('carries');
  });

  test('shows as many digits as it takes to tell what was seen from what was expected', () => {
    const text = explained({ unit: 'Pa', value: 101_325, expected: 101_290, lower: 101_285.2, upper: 101_295.3 });
    expect(text).toMatch(/^inside of home 3 is 101325 Pa; expected 101290 Pa \(101285 to 101295 Pa\)\. /);
    const level = { unit: '', value: 8_123_456_790.5, expected: 8_123_456_789, lower: null, upper: null };
    expect(explained(level)).toMatch(/is 8\.12345679050e\+9; expected 8\.12345678900e\+9\./);
  });
});

test('a silence, its end and the end of an incident are whole sentences', () => {
  expect(explainSilence('home 3', noon, noon + 90 * MINUTE_MS)).toBe(
    'home 3 has sent nothing since 2026-01-01T12:00Z, for 90 minutes. ' +
      'Check the sensor, its power and its way to the broker.',
  );
  expect(explainSeriesResumed('home 3', noon, noon + 3 * DAY_MS)).toBe(
    'home 3 sends again since 2026-01-04T12:00Z, after 3 days of silence.',
  );
  expect(explainDelayed('home 3', noon)).toBe(
    'home 3 sends again: what it sent from 2026-01-01T12:00Z on arrived late.',
  );
  expect(explainResolved('home 3', 'inside', { startMs: noon, endMs: noon + 400 })).toBe(
    'inside of home 3 is back to normal after less than a second, since 2026-01-01T12:00Z.',
  );
  expect(explainResolved('home 3', 'inside', { startMs: noon - 6 * DAY_MS, endMs: noon, settled: true })).toBe(
    'inside of home 3 is no longer unusual after 6 days, since 2026-01-01T12:00Z: what it does for so long is learned as usual.',
  );
});

test.each([
  [1000, '1 second'],
  [119_000, '119 seconds'],
  [120_000, '2 minutes'],
  [2 * 365.25 * DAY_MS, '2 years'],
  [1e18, 'over 1000 years'],
])('%d ms are %s', (ms, words) => {
  expect(explainSeriesResumed('s', noon - ms, noon)).toContain(`after ${words} of silence`);
});

test.each([
  [0, '0'],
  [-0.5, '-0.5'],
  [21.0004, '21'],
  [0.000_123_46, '0.0001235'],
  [0.000_012_346, '1.235e-5'],
  [-123_456, '-123500'],
  [4.2e12, '4.200e+12'],
])('%d is written %s', (value, text) => {
  expect(quantityText(value)).toBe(text);
});
