import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileJob } from '../../src/cli/replay-job.ts';
import { missingLine, scoreAll } from '../../src/cli/replayed.ts';
import { Detector } from '../../src/detector/detector.ts';
import { Failure } from '../../src/errors/failure.ts';
import type { Output } from '../../src/event/output.ts';
import { engines } from '../../src/lstm/engines.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'surprisal-files-'));
/** What a replay takes without flags, but for a small network. */
const PLAIN = {
  format: 'auto',
  header: true,
  clock: true,
  timeFormat: 'auto',
  timeZone: 'UTC',
  transform: 'none',
  seed: 1,
  engine: 'wasm',
} as const;

/** What a replay made of a file: what it guessed, each row, what it could not use, and its alerts; or why it is refused. */
export interface FileRead {
  readonly guessed: string;
  /** `series time value value …` */
  readonly rows: readonly string[];
  readonly missing: readonly string[];
  readonly rejected: number;
  readonly alerts: readonly string[];
  readonly refused: string;
}

/** Takes a file of this content through the whole of a replay, as flags say. */
export async function readFile(
  name: string,
  content: string | Buffer,
  columns: string,
  flags: object = {},
): Promise<FileRead> {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  const outputs: Output[] = [];
  const write = async (made: readonly Output[]) => void outputs.push(...made);
  try {
    const job = await fileJob(file, { ...PLAIN, valueColumns: columns.split('|'), ...flags });
    const { missing, rejected } = await scoreAll(job, new Detector(job.options, { engines }), { write });
    return {
      guessed: job.guessed,
      rows: outputs.flatMap((output) => (output.kind === 'score' ? [rowText(output)] : [])),
      missing: missing.map(missingLine),
      rejected,
      alerts: outputs.flatMap((output) => (output.kind === 'alert' ? [output.reason] : [])),
      refused: '',
    };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { guessed: '', rows: [], missing: [], rejected: 0, alerts: [], refused: error.message };
  }
}

function rowText({ series, timeMs, channels }: Extract<Output, { readonly kind: 'score' }>): string {
  const time = new Date(timeMs).toISOString().replace('.000Z', 'Z');
  return [series, time, ...channels.map(({ value }) => String(value))].join(' ');
}
