import path from 'node:path';
import process from 'node:process';
import { decodeOptions } from '../../src/decode/options.ts';
import { engines } from '../../src/lstm/engines.ts';
import { file } from '../../src/source/file.ts';
import { fixtureDetector, fixtureStreams } from '../detector/fixture-streams.ts';
import { embedded, type TestRun } from './embedded.ts';
import { saysCommitted } from './says-committed.ts';

/* A program: runs the five fixture streams embedded in a state folder, and writes a line to standard output for each commit. */

const [fixtures = '', folder = ''] = process.argv.slice(2);

const run: TestRun = {
  state: {
    folder,
    backup_interval: 3_600_000,
    backups: 0,
    commit_interval: 60_000,
    commit_records: 25,
    checkpoint_interval: 3_600_000,
    checkpoint_records: 60,
    outbox_keep: 1_000_000,
  },
  streams: Object.keys(fixtureStreams).map((name) => ({
    decode: decodeOptions.parse({ key: fixtureStreams[name].key }),
    detector: fixtureDetector(name),
    engines,
    openSource: async () => file.open(file.config.parse({ kind: 'file', path: path.join(fixtures, `${name}.jsonl`) })),
  })),
  sinks: [],
};

await embedded(run, saysCommitted).run();
