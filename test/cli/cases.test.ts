import { expect, test } from 'vitest';
import { readFile } from './read-file.ts';

/* Files as people have them: each kind was described in public, by the name it is given here; the numbers are made up. */

/** More than a day: the day changes, and the month does not. */
const ROWS = 320;
const BEGIN = Date.UTC(2026, 2, 1);
const STEP = 5 * 60_000;
const two = (n: number) => String(n).padStart(2, '0');
const MONTHS = ['Jan', 'Feb', 'Mar'];

/** The n-th row's time in its parts, and its value. */
function row(n: number) {
  const date = new Date(BEGIN + n * STEP);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
  const [hour, minute] = [two(date.getUTCHours()), two(date.getUTCMinutes())];
  return {
    ...{ n, ms: date.getTime(), iso: date.toISOString().replace('.000Z', 'Z'), clock: `${hour}:${minute}` },
    ...{ dmy: `${two(day)}.${two(month)}.${year}`, mdy: `${two(month)}/${two(day)}/${year % 100}` },
    ...{ ymd: `${year}${two(month)}${two(day)}`, dMMMy: `${two(day)}-${MONTHS[month - 1]}-${year % 100}` },
    noon: `${two(((date.getUTCHours() + 11) % 12) + 1)}:${minute}:00 ${date.getUTCHours() < 12 ? 'AM' : 'PM'}`,
    value: 20 + ((n * 7) % 11) / 4,
    get comma(): string {
      return this.value.toFixed(2).replace('.', ',');
    },
  };
}
type Row = ReturnType<typeof row>;
const rows = (line: (row: Row) => string, end = '\n') =>
  Array.from({ length: ROWS }, (_, n) => line(row(n)) + end).join('');
/** Times and values of one series, as every file here has them. */
const expected = (from = 0, to = ROWS) =>
  Array.from({ length: to - from }, (_, n) => row(from + n)).map(({ iso, value }) => `all ${iso} ${value}`);

test.each<[string, string, string, string, object?]>([
  [
    'a JSON log of a sensor whose humidity is bare nan now and then',
    rows(({ iso, n, value }) => `{"Time":"${iso}","AM2301":{"Temperature":${value},"Humidity":${n % 9 ? 40 : 'nan'}}}`),
    '/AM2301/Temperature',
    '--time-format iso8601',
    { timeColumn: '/Time' },
  ],
  [
    'a German spreadsheet with `sep=` and trailing delimiters',
    `sep=;\r\nZeitpunkt;Temperatur;Leistung;Ventil\r\n${rows(({ dmy, clock, comma }) => `${dmy} ${clock};${comma};1.520,0;WAHR;`, '\r\n')}`,
    'Temperatur',
    '--delimiter ";" --decimal , --time-column Zeitpunkt --time-format "dd.MM.yyyy HH:mm"',
  ],
  [
    'dates in digits',
    `ts,v\n${rows(({ ymd, clock, value }) => `${ymd}${clock.replace(':', '')}00,${value}`)}`,
    'v',
    '--time-column ts --time-format yyyyMMddHHmmss',
  ],
  [
    'epochs in ns',
    `ts,v\n${rows(({ ms, value }) => `${ms}000000,${value}`)}`,
    'v',
    '--time-column ts --time-format epoch_ns',
  ],
  [
    'epochs in s and ms',
    `ts,v\n${rows(({ ms, n, value }) => `${n < 120 ? ms / 1_000 : ms},${value}`)}`,
    'v',
    '--time-column ts --time-format epoch',
  ],
  [
    'epochs behind a quoted comma',
    `name,ts,v\n${rows(({ ms, value }) => `"Pump 3, north",${ms / 1_000},${value}`)}`,
    'v',
    '--time-column ts --time-format epoch_s',
  ],
  [
    'days of a spreadsheet',
    `when,v\n${rows(({ ms, value }) => `${(ms / 86_400_000 + 25_569).toFixed(9)},${value}`)}`,
    'v',
    '--time-column when --time-format excel',
  ],
  [
    'a date and a time of day',
    `Date;Time;kW\n${rows(({ dmy, clock, value }) => `${dmy.replace(/^0/, '').replace('.0', '/').replace('.', '/')};${clock}:00;${value}`)}`,
    'kW',
    '--delimiter ";" --time-column Date,Time --time-format "d/M/yyyy HH:mm:ss"',
  ],
  [
    'a phone’s export, with the offset behind a space',
    `sourceName,unit,startDate,value\n${rows(({ ms, value }) => `"Anna’s Watch",count/min,${new Date(ms + 7_200_000).toISOString().slice(0, 19).replace('T', ' ')} +0200,${value}`)}`,
    'value',
    '--time-column startDate --time-format iso8601',
  ],
  [
    'comment lines',
    `# logger v2.1\n# units: C\nt,v\n${rows(({ iso, value }) => `${iso},${value}`)}`,
    'v',
    '--comment "#" --time-column t --time-format iso8601',
  ],
  [
    'CR alone',
    `t,v\r${rows(({ iso, value }) => `${iso},${value}`, '\r')}`,
    'v',
    '--time-column t --time-format iso8601',
  ],
  [
    'amounts in a currency',
    `t,v\n${rows(({ iso, value }) => `${iso},$${value}`)}`,
    'v',
    '--time-column t --time-format iso8601',
  ],
  ['no header', rows(({ iso, value }) => `${iso},${value}`), '2', '--no-header --time-column 1 --time-format iso8601'],
  [
    'tabs',
    `t\tv\n${rows(({ iso, value }) => `${iso}\t${value}`)}`,
    'v',
    '--delimiter "\\t" --time-column t --time-format iso8601',
  ],
  [
    'trailing commas',
    `t,v\n${rows(({ iso, value }) => `${iso},${value},`)}`,
    'v',
    '--time-column t --time-format iso8601',
  ],
  // Ten more.
  [
    'a wristband’s JSON (Fitbit)',
    JSON.stringify(
      Array.from({ length: ROWS }, (_, n) => ({
        dateTime: `${row(n).mdy} ${row(n).clock}:00`,
        value: { bpm: row(n).value, confidence: 2 },
      })),
    ),
    '/value/bpm',
    '--time-column dateTime --time-format "MM/dd/yy HH:mm:ss"',
  ],
  [
    'bars of a trading terminal (MetaTrader 5)',
    `<DATE>\t<TIME>\t<OPEN>\t<CLOSE>\r\n${rows(({ iso, clock, value }) => `${iso.slice(0, 10).replaceAll('-', '.')}\t${clock}:00\t1.09\t${value}`, '\r\n')}`,
    '<CLOSE>',
    '--delimiter "\\t" --time-column "<DATE>,<TIME>" --time-format "yyyy.MM.dd HH:mm:ss"',
  ],
  [
    'bars whose time of day has no colon (Stooq)',
    `<TICKER>,<PER>,<DATE>,<TIME>,<CLOSE>\n${rows(({ ymd, clock, value }) => `SPX,5,${ymd},${clock.replace(':', '')}00,${value}`)}`,
    '<CLOSE>',
    '--time-column "<DATE>,<TIME>" --time-format "yyyyMMdd HHmmss"',
  ],
  [
    'bars of an exchange without names, in µs (Binance)',
    rows(({ ms, value }) => `${ms}000,1.5,2.5,0.5,${value},12.5,${ms + STEP - 1}999,0`),
    '5',
    '--no-header --time-column 1 --time-format epoch_us',
  ],
  [
    'a logger with a title, the offset in a name, and AM and PM (HOBO)',
    `\ufeff"Plot Title: 20481234"\r\n"#","Date Time, GMT+00:00","Temp, °C"\r\n${rows(({ n, mdy, noon, value }) => `${n + 1},${mdy} ${noon},${value}`, '\r\n')}`,
    'Temp, °C',
    '--skip-lines 1 --time-column "Date Time, GMT+00:00" --time-format "MM/dd/yy h:mm:ss a"',
  ],
  [
    'a database’s annotated CSV with a start and an end that are the same in every row (InfluxDB)',
    `#group,false,false,true,true,false,false\r\n#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,double\r\n#default,_result,,,,,\r\n,result,table,_start,_stop,_time,_value\r\n${rows(({ iso, value }) => `,,0,2026-03-01T00:00:00Z,2026-03-05T00:00:00Z,${iso},${value}`, '\r\n')}`,
    '_value',
    '--comment "#" --time-column _time --time-format iso8601',
  ],
  [
    'a solar portal without names, date and time apart (PVOutput)',
    rows(({ ymd, clock, n, value }) => `${ymd},${clock},${n * 9},${value},-1,-1`),
    '4',
    '--no-header --time-column 1,2 --time-format "yyyyMMdd HH:mm"',
  ],
])('%s is read as it is meant', async (_, content, column, guessed, flags?: object) => {
  const read = await readFile('file', content, column, flags);
  expect(read).toMatchObject({ refused: '', guessed, rejected: 0, missing: [] });
  expect(read.rows).toEqual(expected());
});

test('a row of units below the header costs itself alone (Fronius)', async () => {
  const table = `Datum und Uhrzeit;Energie\n[dd.MM.yyyy HH:mm];[Wh]\n${rows(({ dmy, clock, comma }) => `${dmy} ${clock};${comma}`)}`;
  const read = await readFile('fronius.csv', table, 'Energie');
  expect(read).toMatchObject({
    guessed: '--delimiter ";" --decimal , --time-column "Datum und Uhrzeit" --time-format "dd.MM.yyyy HH:mm"',
    rejected: 1,
  });
  expect(read.rows).toEqual(expected());
});

test('a comma behind a zero separates decimals, whatever comes behind it (a meter’s portal)', async () => {
  const table = `Messzeitpunkt;kWh;Ersatzwert\r\n${rows(({ dmy, clock, n }) => `${dmy} ${clock};0,${446 + (n % 7)};`, '\r\n')}`;
  const { rows: read, guessed } = await readFile('meter.csv', table, 'kWh');
  expect(guessed).toContain('--decimal ,');
  expect(read.slice(0, 2)).toEqual(['all 2026-03-01T00:00:00Z 0.446', 'all 2026-03-01T00:05:00Z 0.447']);
});

test('words of switches are 1 and 0, and words among numbers say that there is none (a plant’s historian)', async () => {
  const word = (n: number, value: number) => (n > 99 && n < 103 ? 'I/O Timeout' : value);
  const table = `Timestamp,TI101,XV102\n${rows(({ n, dMMMy, clock, value }) => `${dMMMy} ${clock}:00,${word(n, value)},${n % 40 < 20 ? 'Open' : 'Closed'}`)}`;
  const read = await readFile('historian.csv', table, 'TI101|XV102');
  expect(read.guessed).toBe(
    '--states "open=1,closed=0" --missing "i/o timeout" --time-column Timestamp --time-format "d-MMM-yy HH:mm:ss"',
  );
  expect(read.missing).toEqual(['TI101: 3 records with a token for a missing value, such as "I/O Timeout"']);
  expect(read.rows.slice(99, 101).map((line) => line.split(' ').slice(2))).toEqual([
    [String(row(99).value), '1'],
    ['null', '0'],
  ]);
  const german = `Zeit;Pumpe\n${rows(({ dmy, clock, n }) => `${dmy} ${clock};${n % 30 < 12 ? 'EIN' : 'AUS'}`)}`;
  expect((await readFile('pumpe.csv', german, 'Pumpe')).guessed).toContain('--states "ein=1,aus=0"');
  const flagged = await readFile('pumpe.csv', german, 'Pumpe', { states: { ein: 7, aus: 5 }, missing: [] });
  expect([flagged.guessed, flagged.rows[0], flagged.rows[12]]).toEqual([
    '--delimiter ";" --time-column Zeit --time-format "dd.MM.yyyy HH:mm"',
    'all 2026-03-01T00:00:00Z 7',
    'all 2026-03-01T01:00:00Z 5',
  ]);
});

test('`unavailable` is missing, and each sensor is a series (a home’s history)', async () => {
  const lines = rows(({ n, iso, value }) =>
    ['kitchen', 'hall'].map((name) => `sensor.${name},${n === 100 ? 'unavailable' : value},${iso}`).join('\n'),
  );
  const table = `entity_id,state,last_changed\n${lines}`;
  const read = await readFile('history.csv', table, 'state', { keyColumn: 'entity_id' });
  expect(read.missing).toEqual(['state: 2 records with a token for a missing value, such as "unavailable"']);
  expect(read.rows.slice(0, 2)).toEqual([
    'sensor.kitchen 2026-03-01T00:00:00Z 20',
    'sensor.hall 2026-03-01T00:00:00Z 20',
  ]);
});

test('what a sensor shows where it has no value is named by a flag, and costs the cell', async () => {
  const table = `t,temp,hr\n${rows(({ n, iso, value }) => `${iso},${n === 50 ? 85 : n === 51 ? -127 : value},67`)}`;
  const { missing, rejected } = await readFile('ds18b20.csv', table, 'temp|hr', { missing: ['85', '-127'] });
  expect(missing).toEqual(['temp: 2 records with a token for a missing value, such as "85"']);
  expect(rejected).toBe(0);
});

test.each<readonly [string, string, object, string]>([
  [
    'rounded epochs',
    `ts,v\n${rows(({ ms, value }) => `${(ms / 1_000).toExponential(4)},${value}`)}`,
    {},
    'different times',
  ],
  [
    'dates beside a time of day',
    `Date,Time,v\n${rows(({ dmy, clock, value }) => `${dmy},${clock},${value}`)}`,
    { timeColumn: 'Date' },
    '--time-column "Date,Time"',
  ],
  ['rows newest first', `t,v\n${rows(({ n, value }) => `${row(ROWS - n).iso},${value}`)}`, {}, 'newest first'],
  [
    'a name where there is no header',
    rows(({ iso, value }) => `${iso},${value}`),
    {},
    'columns have numbers: 1 ("2026-03-01T00:00:00Z"), 2 ("20")',
  ],
])('%s are refused, with what they look like and what to do', async (_, content, flags, why) => {
  expect((await readFile('file.csv', content, 'v', flags)).refused).toContain(why);
});

test('a sensor that is stuck raises an alert that says so', async () => {
  const noise = (n: number) => (6 + Math.sin(n / 300) / 5 + ((n * 7919) % 101) / 500).toFixed(2);
  const time = (n: number) => new Date(BEGIN + n * 60_000).toISOString();
  const lines = Array.from({ length: 6_000 }, (_, n) => `${time(n)},${noise(Math.min(n, 4_500))}\n`);
  const { alerts } = await readFile('pressure.csv', `t,bar\n${lines.join('')}`, 'bar');
  expect(alerts).toContain('stuck');
});

test('times of one day in which the day or the month may come first are refused, and not read as none', async () => {
  const table =
    `When,v\n${rows(({ mdy, n, value }) => `${mdy} ${two(Math.floor(n / 60))}:${two(n % 60)},${value}`)}`.split(
      '\n',
      200,
    );
  expect((await readFile('day.csv', table.join('\n'), 'v')).refused).toContain('the day or the month may come first');
});
