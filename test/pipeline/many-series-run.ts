import process from 'node:process';
import { detectorOptions, streamOptions } from '../../src/config/stream.ts';
import { engines } from '../../src/lstm/engines.ts';
import { embedded } from './embedded.ts';
import { saysCommitted } from './says-committed.ts';

/* A program: a stream of so many series, in turn, that their checkpoints take many writes and go on while records come; now and then one is new, and
 * another leaves. The second argument is the state folder; a line to standard output for each commit. */

const SERIES = 1_000;
const RECORDS = 30_000;
const AT_ONCE = 500;
const [, folder = ''] = process.argv.slice(2);

async function* read(from: number) {
  for (let first = from; first < RECORDS; first += AT_ONCE) {
    yield Array.from({ length: Math.min(AT_ONCE, RECORDS - first) }, (_, i) => {
      const n = first + i;
      const id = n % 40 === 0 ? `once ${n}` : `s${n % SERIES}`;
      const record = { id, time: 1e12 + n * 1_000, value: Math.sin(n / 7) };
      return { value: Buffer.from(JSON.stringify(record)), offset: n, next: n + 1, line: n + 1 };
    });
  }
}

const config = streamOptions.parse({
  source: { kind: 'file', path: '-' },
  decode: { key: 'id', time: { at: 'time', format: 'epoch_ms' } },
  channels: { value: {} },
  // A record processed twice would be a row twice.
  window: { kind: 'event', repeats: 'keep' },
  network: { hidden: 4, steps: 4 },
  series: { max: SERIES },
});
await embedded(
  {
    state: {
      folder,
      backup_interval: 3_600_000,
      backups: 0,
      commit_interval: 60_000,
      commit_records: 100,
      checkpoint_interval: 3_600_000,
      checkpoint_records: 1_500,
      outbox_keep: 1_000_000,
    },
    streams: [
      {
        decode: config.decode,
        detector: detectorOptions('many', config),
        engines,
        openSource: async () => ({ name: 'made up', read, close: async () => {} }),
      },
    ],
    sinks: [],
  },
  saysCommitted,
).run();
