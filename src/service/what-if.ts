import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import { rowOf, type TriedConfigurations, triedConfigurations } from '../config/tried.ts';
import { Failure } from '../errors/failure.ts';
import type { History } from '../live/schema.ts';
import { type WhatIfAnswer, type WhatIfBody, whatIfAnswer } from '../live/what-if.ts';

const WITHIN_MS = 60_000;
const MOST_HEAP_MB = 512;
const MOST_TEXT = 4 << 20;
const MOST_CHANGES = 50;
/** Lower than the process that scores. */
const NICE = 10;

const incident = whatIfAnswer.shape.changes.element.omit({ change: true }).loose();
const difference = z.looseObject({
  change: z.enum(['gained', 'lost', 'moved', 'same']),
  old: incident.nullable(),
  new: incident.nullable(),
});

/** What a trial is made of. */
export interface WhatIfParts {
  /** The effective configuration, secrets hidden. */
  readonly printed: () => string;
  /** The rows of a series, and of others of its stream; none where it has no history. */
  readonly recent: (stream: string, series: string) => Promise<readonly History[]>;
}

/**
 * Tries other settings of a stream on the rows that the page has: `surprisal diff` in a process of its own, so that it
 * delays no row; one at a time, bounded in time, memory and rows.
 */
export class WhatIf {
  readonly #parts: WhatIfParts;
  #isBusy = false;

  constructor(parts: WhatIfParts) {
    this.#parts = parts;
  }

  /** Undefined where the series has no history. @throws Failure config/invalid, server/busy, server/what-if */
  async try(body: WhatIfBody): Promise<WhatIfAnswer | undefined> {
    if (this.#isBusy) throw new Failure('server/busy', 'another setting is being tried', { retryAfterMs: 2_000 });
    this.#isBusy = true;
    try {
      const { stream, series, ...tried } = body;
      const configurations = triedConfigurations(this.#parts.printed(), stream, tried);
      const recent = await this.#parts.recent(stream, series);
      return recent.length === 0 ? undefined : answerOf(recent, await diffed(configurations, recent), configurations);
    } finally {
      this.#isBusy = false;
    }
  }
}

type Difference = z.infer<typeof difference>;

function answerOf(
  recent: readonly History[],
  found: readonly Difference[],
  { settings: yaml }: TriedConfigurations,
): WhatIfAnswer {
  const count = (side: 'old' | 'new') => found.filter((each) => each[side] !== null).length;
  const changes = found.flatMap((each) => {
    const about = each.new ?? each.old;
    if (each.change === 'same' || about === null) return [];
    const { series, raisedMs, severity, summary } = about;
    return [{ change: each.change, series, raisedMs, severity, summary }];
  });
  return {
    yaml,
    rows: recent.reduce((sum, { timeMs }) => sum + timeMs.length, 0),
    series: recent.length,
    fromMs: Math.min(...recent.map(({ timeMs: [first] }) => first)),
    toMs: Math.max(...recent.map(({ timeMs }) => timeMs[timeMs.length - 1])),
    before: count('old'),
    after: count('new'),
    changes: changes.slice(0, MOST_CHANGES),
  };
}

async function diffed(
  { before, after }: TriedConfigurations,
  recent: readonly History[],
): Promise<readonly Difference[]> {
  const folder = await mkdtemp(join(tmpdir(), 'surprisal-what-if-'));
  try {
    const [old, fresh, data] = ['old.yaml', 'new.yaml', 'rows.jsonl'].map((name) => join(folder, name));
    await Promise.all([writeFile(old, before), writeFile(fresh, after), writeFile(data, linesOf(recent))]);
    const text = await surprisal(['diff', old, fresh, '--data', data, '--json', '--same']);
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => difference.parse(JSON.parse(line)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** In the order of their times, as they came. */
function linesOf(recent: readonly History[]): string {
  const rows = recent.flatMap(({ series, timeMs, channels }) =>
    timeMs.map((time, n) => ({
      time,
      line: rowOf(
        series,
        time,
        channels.map(({ value }) => value[n]),
      ),
    })),
  );
  return rows
    .sort((a, b) => a.time - b.time)
    .map(({ line }) => `${line}\n`)
    .join('');
}

/** What a command of this program writes. @throws Failure server/what-if */
async function surprisal(command: readonly string[]): Promise<string> {
  const args = [`--max-old-space-size=${MOST_HEAP_MB}`, process.argv[1], ...command];
  // Nothing of the environment, which may change settings and has secrets.
  const child = spawn(process.execPath, args, {
    env: {},
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: WITHIN_MS,
    killSignal: 'SIGKILL',
  });
  const texts = { out: '', error: '' };
  const collect = (to: keyof typeof texts) => (chunk: Buffer) => {
    texts[to] += chunk.toString();
    if (texts[to].length > MOST_TEXT) child.kill('SIGKILL');
  };
  child.stdout.on('data', collect('out'));
  child.stderr.on('data', collect('error'));
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null)).once('close', resolve);
    lower(child.pid);
  });
  if (code === 0) return texts.out;
  const why = code === null ? `it did not end within ${WITHIN_MS / 1000} s` : texts.error.trimEnd().split('\n').at(-1);
  throw new Failure('server/what-if', `the settings could not be tried: ${why}`);
}

function lower(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, NICE);
  } catch {
    // It has ended, or may not be lowered: it is bounded all the same.
  }
}
