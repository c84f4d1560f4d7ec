import avsc from 'avsc';
import { decoder } from '../../src/decode/decoder.ts';
import { type DecodeOptions, decodeOptions } from '../../src/decode/options.ts';
import type { Schema } from '../../src/decode/schema.ts';
import { channelOptions } from '../../src/event/channel.ts';
import type { SourceRecord } from '../../src/event/record.ts';
import { compileAvro } from '../../src/registry/avro.ts';
import { compileJsonSchema } from '../../src/registry/json-schema.ts';
import { cpuSeconds } from './cpu.ts';

/* Records decoded per CPU-second, format by format: the same readings of a home as JSON, CSV, JSON with a schema, and Avro.
 * node test/bench/run.mjs test/bench/decode.ts */

const RECORDS = 20_000;
const ROUNDS = 10;

const AVRO = {
  type: 'record',
  name: 'Reading',
  fields: [
    { name: 'home', type: 'string' },
    { name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'inside', type: ['null', 'double'] },
    { name: 'outside', type: ['null', 'double'] },
    { name: 'setpoint', type: 'double' },
  ],
} as const satisfies avsc.Schema;
const JSON_SCHEMA = {
  type: 'object',
  required: ['home', 'time'],
  properties: {
    home: { type: 'string' },
    time: { type: 'string' },
    inside: { type: 'number' },
    outside: { type: 'number' },
    setpoint: { type: 'number' },
  },
};
const names = ['inside', 'outside', 'setpoint'];
const channels = names.map((name) => ({ name, ...channelOptions.parse({}) }));
const readings = Array.from({ length: RECORDS }, (_, n) => ({
  home: `home-${n % 500}`,
  time: 1_700_000_000_000 + n * 60_000,
  inside: 20 + Math.sin(n),
  outside: 5 + Math.cos(n),
  setpoint: 21,
}));

const framed = (bytes: Uint8Array) => Buffer.concat([Buffer.from([0, 0, 0, 0, 1]), bytes]);
const json = readings.map(({ time, ...more }) => JSON.stringify({ time: new Date(time).toISOString(), ...more }));
const type = avsc.Type.forSchema(AVRO);
const columns = ['home', 'time', ...names];
const formats: Readonly<Record<string, { readonly values: readonly Buffer[]; readonly schema?: Schema }>> = {
  json: { values: json.map((text) => Buffer.from(text)) },
  csv: {
    values: readings.map(({ home, time, inside, outside, setpoint }) =>
      Buffer.from([home, new Date(time).toISOString(), inside, outside, setpoint].join()),
    ),
  },
  json_schema: {
    values: json.map((text) => framed(Buffer.from(text))),
    schema: { kind: 'json_schema', read: compileJsonSchema(JSON.stringify(JSON_SCHEMA), []) },
  },
  avro: {
    values: readings.map((reading) => framed(type.toBuffer(reading))),
    schema: { kind: 'avro', read: compileAvro(JSON.stringify(AVRO), []) },
  },
};

/** Seconds of CPU for one round. */
function timed(options: DecodeOptions, records: readonly SourceRecord[], schema: Schema | undefined): number {
  const { decode } = decoder(options, channels, columns, schema && { get: () => schema });
  return cpuSeconds(() => {
    for (const record of records) decode(record);
  });
}

for (const [format, { values, schema }] of Object.entries(formats)) {
  const options = decodeOptions.parse({ format, key: 'home' });
  const records = values.map((value, offset) => ({ value, offset, next: offset + 1, line: 0 }));
  const seconds = Array.from({ length: ROUNDS }, () => timed(options, records, schema));
  const bytes = values.reduce((sum, { length }) => sum + length, 0) / RECORDS;
  const best = Math.round(RECORDS / Math.min(...seconds) / 1_000);
  console.log(
    `${format.padEnd(12)} ${String(best).padStart(5)} k records per CPU-second, ${bytes.toFixed(0)} bytes each`,
  );
}
