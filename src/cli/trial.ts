import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { detectorOptions } from '../config/stream.ts';
import { decodeOptions } from '../decode/options.ts';
import type { Output } from '../event/output.ts';
import type { EngineKind } from '../lstm/engines.ts';
import { Supervisor, type SupervisorEvents } from '../pipeline/run/supervisor.ts';
import { EmbeddedBackend } from '../state/backend.ts';
import { encode } from '../store/codec.ts';
import { MadeUp } from './made-up.ts';

/** Outputs whose size is looked at. */
const SAMPLE = 500;

const decode = decodeOptions.parse({ key: '@series', time: { at: '@time', format: 'epoch_ms' } });

/** What a stream does on this machine. */
export interface Throughput {
  /** Of the processor, all threads together: decoding, scoring, learning, state and outbox on the disk. */
  readonly rowsPerCpuSecond: number;
  /** Mean size of an output in the outbox. */
  readonly outputBytes: number;
}

/**
 * Runs a stream on made-up records for so many seconds of the processor, without sinks, into a state of its own that is
 * removed again. The records are flat JSON, one a row, whatever the stream reads. @throws Failure
 */
export async function trialOf(
  name: string,
  config: Config,
  engines: readonly EngineKind[],
  seconds: number,
): Promise<Throughput> {
  const folder = await mkdtemp(join(tmpdir(), 'surprisal-plan-'));
  const source = new MadeUp(config.streams[name], seconds);
  const { channels, ...rest } = detectorOptions(name, config.streams[name]);
  const anywhere = channels.map(({ at, valid, ...channel }) => channel);
  const stream = { decode, detector: { ...rest, channels: anywhere }, engines };
  const outputs: Output[] = [];
  try {
    const state = { ...config.state, folder, backups: 0 };
    const backend = new EmbeddedBackend({ state, sources: new Map([[name, async () => source]]) }, () => {});
    await new Supervisor({ limits: state, streams: [stream], sinks: [] }, backend, sampling(outputs)).run();
  } finally {
    await rm(folder, { recursive: true });
  }
  const sizes = outputs.map((output) => encode('output', JSON.parse(JSON.stringify(output))).byteLength);
  const outputBytes = sizes.reduce((sum, size) => sum + size, 0) / Math.max(sizes.length, 1);
  return { rowsPerCpuSecond: source.rate, outputBytes };
}

function sampling(sample: Output[]): SupervisorEvents {
  const ignored = () => {};
  return {
    assigned: ignored,
    restored: ignored,
    interrupted: ignored,
    consumed: ignored,
    missing: ignored,
    learned: ignored,
    committed: ignored,
    delivered: ignored,
    resent: ignored,
    deadLetter: ignored,
    failed: ignored,
    turnedOff: ignored,
    emitted: (_, outputs) => sample.push(...outputs.slice(-1).slice(0, SAMPLE - sample.length)),
  };
}
