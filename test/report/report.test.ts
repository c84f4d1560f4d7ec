import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeHtml, scriptJson } from '../../src/report/escape.ts';
import { incidentsOf } from '../../src/report/incident.ts';
import { report } from '../../src/report/report.ts';
import { durationInWords, numberInWords, rarityInWords, timeInWords } from '../../src/report/words.ts';
import { alert, assets, failureAt, sample, series } from './sample.ts';

const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ');
const payloadOf = (html: string) => {
  const json = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html)?.[1] ?? '';
  return JSON.parse(json);
};

test('the steps of an alert are one incident, described by its worst step', () => {
  const [incident, ...others] = incidentsOf(failureAt(200));
  expect(others).toEqual([]);
  expect(incident).toMatchObject({ resolved: true, worst: { revision: 1, bits: 24.6, severity: 'critical' } });
  expect((incident?.endMs ?? 0) - (incident?.startMs ?? 0)).toBe(40 * 5 * 60_000);
});

test('an alert that never resolved lasts to its last step', () => {
  const [incident] = incidentsOf([alert(), alert({ revision: 1, timeMs: alert().timeMs + 60_000, pValue: 0.5 })]);
  expect(incident).toMatchObject({ resolved: false, endMs: alert().timeMs + 60_000, worst: { revision: 0 } });
});

test('times, spans, rarities and numbers are words', () => {
  expect(plain(timeInWords(Date.UTC(2014, 10, 2, 1, 30)))).toBe('2014-11-02 01:30 UTC');
  expect(plain(timeInWords(Date.UTC(2014, 10, 2, 1, 30, 5)))).toBe('2014-11-02 01:30:05 UTC');
  expect(plain(timeInWords(Date.UTC(2014, 10, 2, 1, 30, 5, 7)))).toBe('2014-11-02 01:30:05.007 UTC');
  expect([0, 999, 8_000, 3_600_000, 187_260_000].map((ms) => plain(durationInWords(ms)))).toEqual([
    '0 ms',
    '999 ms',
    '8 s',
    '1 h',
    '2 d 4 h',
  ]);
  expect(plain(rarityInWords(1 / 41_300))).toBe('1 in 41 000');
  expect(plain(rarityInWords(1))).toBe('1 in 1');
  expect(plain(numberInWords(1234567, '°C'))).toBe('1 234 567 °C');
  expect(numberInWords(0.000123456)).toBe('0.0001235');
});

test('the list of alerts says when, what, how many bits and how rare, without any script', () => {
  const html = plain(report(sample(3, 400), { script: '', style: '' }));
  expect(html).toContain('2026-01-05 16:40 UTC');
  expect(html).toContain('temperature fell to 14.2 °C where 20.9 °C (20.1 to 21.6) was expected.');
  expect(html).toContain('<td class="number">24.6</td>');
  expect(html).toContain('1 in 41 000');
  expect(html).toContain('3 h 20 min');
});

test('the totals count rows, series, alerts and bits', () => {
  const html = plain(report(sample(3, 400, 1), { script: '', style: '' }));
  const totals = [...html.matchAll(/<dd>([^<]*)<\/dd><dt>([^<]*)<\/dt>/g)].map(([, number, name]) => [name, number]);
  expect(totals.slice(0, 3)).toEqual(
    [
      ['rows', '1200'],
      ['series', '3'],
      ['alert', '1'],
    ].map(([name, number]) => [name, number === '1200' ? '1 200' : number]),
  );
  expect(totals.map(([name]) => name)).toEqual(expect.arrayContaining(['bits in all', 'bits a row']));
});

test('a series that is too new to raise an alert is not called calm', () => {
  const { series: both, ...data } = sample(2, 100);
  const [first, second] = both.map((each) => ({ ...each, alerts: [] }));
  const html = plain(
    report(
      {
        ...data,
        series: [
          { ...first, warmUp: { rows: 100, rowsNeeded: 150 } },
          { ...second, warmUp: { rows: 150, rowsNeeded: 150 } },
        ],
      },
      { script: '', style: '' },
    ),
  );
  expect(html.split('Not ready: it has 100 of the 150 rows it needs before it can raise an alert.')).toHaveLength(2);
  expect(html.split('No alerts: nothing here was unusual enough.')).toHaveLength(2);
  expect(html).toContain('<dd>1</dd><dt>series not ready</dt>');
});

test('series with alerts come first, and the rest by name', () => {
  const { series: shown } = payloadOf(report(sample(5, 100), { script: '', style: '' }));
  expect(shown.map(({ name }: { name: string }) => name)).toEqual(['home-2', 'home-5', 'home-1', 'home-3', 'home-4']);
});

test('the data survive: times to the millisecond, missing as null, labels where they belong', () => {
  const data = {
    ...sample(1, 600, 1),
    series: [series('a', 600, 1, [])],
    labels: [
      { startMs: 1, endMs: 2 },
      { series: 'b', startMs: 3, endMs: 4 },
    ],
  };
  const [shown] = payloadOf(report(data, { script: '', style: '' })).series;
  let time = 0;
  expect(shown.times.map((step: number) => (time += step))).toEqual(data.series[0]?.timeMs);
  expect(shown.channels[0][0][500]).toBeNull();
  expect(shown.channels[0][0][0]).toBeCloseTo(data.series[0]?.channels[0]?.value[0] ?? 0, 7);
  expect(shown.labels).toEqual([[1, 2]]);
});

test('no name can break out of the page', () => {
  const evil = `</script><script>alert("1")</script><!-- ' & "`;
  const data = sample(2, 100);
  const html = report(
    {
      ...data,
      title: evil,
      stream: evil,
      channels: [
        { name: evil, unit: evil },
        { name: 'b', unit: '' },
      ],
      settings: { [evil]: evil },
      series: [series(evil, 100, 2, [alert({ summary: evil, channel: evil })])],
    },
    { script: 'const x = "</script>";', style: '' },
  );
  expect(html.match(/<script/g)).toHaveLength(4);
  expect(html.match(/<\/script>/g)).toHaveLength(4);
  expect(html).not.toContain('<!--');
  expect(payloadOf(html).series[0].name).toBe(evil);
});

test('whatever the text, it stays text', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'</>"&script!-\u2028\ud800') }), (text) => {
      expect(escapeHtml(text)).not.toMatch(/[<>"']/);
      expect(scriptJson(text)).not.toContain('<');
      expect(JSON.parse(scriptJson(text))).toBe(text);
    }),
  );
});

test('nothing is fetched from anywhere', () => {
  const html = report(sample(2, 100), assets);
  expect(html).toContain("default-src 'none'");
  expect(html).not.toMatch(/<(link|img|iframe)|src=|url\(|@import/);
});

test('20 000 rows take at most 80 bytes each', () => {
  expect(report(sample(1, 20_000, 1), assets).length).toBeLessThan(20_000 * 80 + 100_000);
});
