import { decoder } from '../../../src/decode/decoder.ts';
import { Failure } from '../../../src/errors/failure.ts';
import { channel, mapping, record } from '../../decode/mapping.ts';
import type { FuzzKind } from '../campaign.ts';
import { anyOf, spoiledBytes } from '../spoil.ts';

const channels = [channel('a', { at: '/values/0' }), channel('b', { missing: ['-127'], states: { on: 1, off: 0 } })];
const columns = [channel('a'), channel('b', { states: { on: 1, off: 0 } })];
const local = { at: 't', format: 'dd.MM.yyyy HH:mm', zone: 'Europe/Berlin' };
const FORMATS = [
  {
    decode: decoder(mapping({ key: '/id', time: { format: 'epoch' } }), channels),
    samples: [
      '{"id":"h","time":1700000000,"values":[1.5e3],"b":"on"}',
      '{"b":NaN,"values":[null],"time":1.7e9,"id":7}',
    ],
  },
  {
    decode: decoder(mapping({ key: '/id', time: {} }), channels),
    samples: ['{"id":"\\u00e9","time":"2026-03-01T01:59:08.25+02:00","values":[-0.5],"b":"unavailable"}'],
  },
  {
    decode: decoder(mapping({ format: 'csv', key: 'id', time: { at: 't' }, columns: ['id', 'a', 't', 'b'] }), columns),
    samples: ['h,"1,5",2026-03-01 01:59:08 +0200,off', 'h,(1.234),2026-03-01T01:59Z,$5'],
  },
  {
    decode: decoder(
      mapping({ format: 'csv', delimiter: ';', decimal: ',', key: 'id', time: local, columns: ['id', 't', 'a', 'b'] }),
      columns,
    ),
    samples: ['h;29.03.2026 02:30;1.234,5;12 %', 'h;25.10.2026 02:30;-;-127'],
  },
  {
    decode: decoder(mapping({ format: 'number', time: { format: 'record' } }), [channel('v')]),
    samples: ['-12.5e-3', 'nan'],
  },
];

/** Records of every format, spoiled: an observation whose numbers are finite or missing, or a Failure. */
export const decoders: FuzzKind = {
  kind: 'decoders',
  open: async () => ({
    attempt: (random) => {
      const { decode, samples } = anyOf(random, FORMATS);
      const bytes = spoiledBytes(random, Buffer.from(anyOf(random, samples)));
      try {
        const { series, timeMs, values } = decode.decode(record(bytes, { timestampMs: 1.7e12 }));
        const isNumber = (value: number) => Number.isFinite(value) || Number.isNaN(value);
        if (series === '' || !Number.isFinite(timeMs) || !values.every(isNumber))
          throw new Error(`read as ${JSON.stringify({ series, timeMs, values: [...values] })}`);
      } catch (error) {
        if (!(error instanceof Failure)) throw new Error(`base64 ${bytes.toString('base64')}`, { cause: error });
      }
    },
  }),
};
