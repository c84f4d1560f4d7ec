import { expect, test } from 'vitest';
import { readFile } from './read-file.ts';

/* More files as people have them: what a program writes above the table, how it groups digits, where it has its time. */

const ROWS = 200;
const times = Array.from({ length: ROWS }, (_, n) => new Date(Date.UTC(2026, 2, 1) + n * 900_000));
const value = (n: number) => 20 + ((n * 7) % 11) / 4;
const expected = times.map((time, n) => `all ${time.toISOString().replace('.000Z', 'Z')} ${value(n)}`);

/** The parts of one row's time, and its value with a decimal comma. */
function parts(n: number) {
  const [date, clock] = times[n].toISOString().slice(0, 19).split('T');
  const [year, month, day] = date.split('-');
  return { n, date, clock, year, month, day, s: times[n].getTime() / 1_000, v: value(n), comma: comma(value(n)) };
}
const comma = (number: number) => number.toFixed(2).replace('.', ',');
const rows = (line: (row: ReturnType<typeof parts>) => string, end = '\n') =>
  times.map((_, n) => line(parts(n)) + end).join('');

test.each<[string, string, string[], string]>([
  [
    'a weather station behind a table of its own, as wide as the readings (Netatmo)',
    `Name;Longitude;Latitude;ModuleName;ModuleType\r\n"Home";13.4;52.5;"Indoor";"NAMain"\r\n\r\nTimestamp;"Timezone : Europe/Berlin";Temperature;Humidity;CO2\r\n${rows(({ s, date, clock, v, n }) => `${s};"${date} ${clock}";${v};45;${n % 9 ? 600 : ''}`, '\r\n')}`,
    ['Temperature'],
    '--delimiter ";" --skip-lines 3 --time-column Timestamp --time-format epoch_s',
  ],
  [
    'a thermostat with comments, and a delimiter at the end of rows whose last value is missing now and then (ecobee)',
    `#ecobee Home\n#2026-03-01 to 2026-03-08\n\nDate,Time,System Setting,Current Temp (F),Outdoor Temp (F)\n${rows(({ date, clock, v, n }) => `${date},${clock},heat,${v},${n % 40 ? 3 : ''},`)}`,
    ['Current Temp (F)'],
    '--comment "#" --time-column Date,Time --time-format iso8601',
  ],
  [
    'a logger whose header is below a row of titles (testo)',
    `;;Messung\r\nDatum / Zeit;°C [1] Fühler;%rF [2]\r\n;min: 19,5;min: 40,0\r\n${rows(({ day, month, year, clock, comma, n }) => `${day}.${month}.${year} ${clock};${comma};${n % 80 === 2 ? '---' : '45,1'}`, '\r\n')}`,
    ['°C [1] Fühler'],
    '--delimiter ";" --skip-lines 1 --decimal , --time-column "Datum / Zeit" --time-format "dd.MM.yyyy HH:mm:ss"',
  ],
  [
    'a measurement behind two headers of settings (LabVIEW)',
    `LabVIEW Measurement\t\nWriter_Version\t2\nSeparator\tTab\nDecimal_Separator\t,\nTime_Pref\tAbsolute\nDate\t2026/03/01\n***End_of_Header***\t\n\t\nChannels\t2\t\t\nSamples\t1\t1\t\nX0\t0,0E+0\t0,0E+0\t\n***End_of_Header***\t\t\t\nX_Time\tVoltage\tCurrent\tComment\n${rows(({ s, comma }) => `${s + 2_082_844_800},000000\t${comma}\t2,5\t`)}`,
    ['Voltage'],
    '--delimiter "\\t" --skip-lines 12 --decimal , --time-column X_Time --time-format epoch_1904',
  ],
  [
    'amounts with decimal commas between quotes, where commas separate columns too (Nubank, ING)',
    `Data,Valor,Identificador\n${rows(({ day, month, year, clock, comma, n }) => `${day}/${month}/${year} ${clock},"R$ ${comma}",a-${n}`)}`,
    ['Valor'],
    '--decimal , --time-column Data --time-format "dd/MM/yyyy HH:mm:ss"',
  ],
  [
    'a column whose name has a comma, as the shell gives it (HOBO)',
    `"#","Date Time, GMT+00:00","Temp, °C (S/N: 1, 2)"\n${rows(({ n, month, day, clock, v }) => `${n + 1},${month}/${day}/26 ${clock},${v}`)}`,
    'Temp, °C (S/N: 1, 2)'.split(','),
    '--time-column "Date Time, GMT+00:00" --time-format "MM/dd/yy HH:mm:ss"',
  ],
  [
    'a column that is named by its number',
    `when,"Temp, °C"\n${rows(({ date, clock, v }) => `${date} ${clock},${v}`)}`,
    ['2'],
    '--time-column when --time-format iso8601',
  ],
  [
    'a dashboard’s table with a unit behind every number (Grafana)',
    `sep=,\n"Time","Kitchen"\n${rows(({ date, clock, v, n }) => `"${date} ${clock}","${n === 7 ? '+' : ''}${v} °C"`)}`,
    ['Kitchen'],
    '--unit "°C" --time-column Time --time-format iso8601',
  ],
  [
    'a historian with French months (AVEVA PI)',
    `Horodatage;TI101\n${rows(({ day, clock, comma }) => `${day}-mars-26 ${clock};${comma}`)}`,
    ['TI101'],
    '--delimiter ";" --decimal , --time-column Horodatage --time-format "d-MMM-yy HH:mm:ss"',
  ],
  [
    'a statement with debits and credits (Indian banks)',
    `Date,Narration,Amount\n${rows(({ date, clock, v }) => `${date} ${clock},UPI,${v} Cr`)}`,
    ['Amount'],
    '--time-column Date --time-format iso8601',
  ],
])('%s is read as it is meant', async (_, content, valueColumns, guessed) => {
  const read = await readFile('export.csv', content, '', { valueColumns });
  expect(read).toMatchObject({ refused: '', guessed });
  expect(read.rows).toEqual(expected);
});

test.each<[string, string, string, string]>([
  [
    'candles of an exchange, lists in a list (Binance)',
    JSON.stringify(times.map((time, n) => [time.getTime(), '0.1', '0.2', '0.3', String(value(n)), '12'])),
    '4',
    '--time-column 0 --time-format epoch_ms',
  ],
  [
    'a notification with the time deep inside (Shelly)',
    rows(({ s, v }) => JSON.stringify({ src: 'plug', params: { ts: s, 'switch:0': { apower: v } } })),
    '/params/switch:0/apower',
    '--time-column /params/ts --time-format epoch_s',
  ],
  [
    'a phone’s positions (OwnTracks)',
    rows(({ s, v }) => JSON.stringify({ _type: 'location', tst: s, batt: v })),
    'batt',
    '--time-column tst --time-format epoch_s',
  ],
])('%s have their time found', async (_, content, column, guessed) => {
  const read = await readFile('export.json', content, column);
  expect(read).toMatchObject({ refused: '', guessed });
  expect(read.rows).toEqual(expected);
});

const uplinks = rows(({ date, clock, v }) =>
  JSON.stringify({ received_at: `${date}T${clock}Z`, uplink: { payload: { temperature: v } } }),
);

test.each<[string, string, string | Buffer, string, RegExp]>([
  [
    'a path with points',
    'uplinks.jsonl',
    uplinks,
    'uplink.payload.temperature',
    /have received_at, \/uplink\/payload\/t/,
  ],
  [
    'a value in an element of a list within one document',
    'telegraf.json',
    JSON.stringify({ metrics: times.map((time, n) => ({ fields: { temp: value(n) }, timestamp: time.getTime() })) }),
    '/fields/temp',
    /one document with a list at \/metrics; .* jq -c '\.\["metrics"\]\[\]'/,
  ],
  ['a column with notes', 'notes.csv', `t,v\n${rows(({ s, n }) => `${s},see ${n}`)}`, 'v', /such as "see 0"/],
  [
    'a name that two columns have',
    'twice.csv',
    `t,v,v\n${rows(({ s, v }) => `${s},1,${v}`)}`,
    'v',
    /columns 2 and 3 have/,
  ],
  ['a spreadsheet', 'book.xlsx', Buffer.from('PK\x03\x04\x14\x00'), 'v', /ZIP archive, as spreadsheets/],
  ['an XML export', 'export.xml', '<?xml version="1.0"?>\n<HealthData/>\n', 'value', /XML or HTML; convert it/],
  ['line protocol', 'points.lp', 'weather,location=us temp=82.5 1772323200000000000\n', 'temp', /line protocol/],
  [
    'two units in one column',
    'power.csv',
    `t,v\n${rows(({ s, n, v }) => `${s},${n % 9 ? `${v} kW` : `${v}50 W`}`)}`,
    'v',
    /the numbers of v are in kW and in W: export them in one unit/,
  ],
  [
    'ticks of 100 ns since the year 1',
    'ticks.csv',
    `t,v\n${rows(({ s, v }) => `${s + 62_135_596_800}0000000,${v}`)}`,
    'v',
    /no record|lands/,
  ],
])('%s: the message says what is there instead', async (_, name, content, column, why) => {
  const flags = name === 'ticks.csv' ? { timeColumn: 't' } : {};
  expect((await readFile(name, content, column, flags)).refused).toMatch(why);
});
