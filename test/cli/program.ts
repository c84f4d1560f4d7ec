import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compiled } from '../state/compiled.ts';

let main: string | undefined;

/** How a program ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** The command line without its flags. */
  readonly argv: readonly string[];
}

/** Runs the real program with these arguments; `watch` sees the process. */
export async function surprisal(flags: readonly string[], watch: (pid: number) => void = () => {}): Promise<Ended> {
  main ??= path.join(compiled(['src']), 'src/cli/main.js');
  const child = spawn(process.execPath, [main, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  watch(child.pid ?? 0);
  let out = '';
  let err = '';
  child.stdout.on('data', (text: Buffer) => {
    out += text.toString();
  });
  child.stderr.on('data', (text: Buffer) => {
    err += text.toString();
  });
  const [code] = await once(child, 'close');
  return { code, out, err, argv: [process.execPath, main] };
}

/** A folder of its own, with a stream of JSON lines to run: `source.jsonl` to `out.jsonl`. */
export class Place {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'surprisal-bad-input-'));
  readonly source = this.at('source.jsonl');

  at(name: string): string {
    return path.join(this.folder, name);
  }

  /** Writes the configuration. `stream`: lines of YAML, indented as in a stream; `state`: settings of it. */
  configure({
    stream = [],
    state = [],
    engine = 'wasm',
  }: {
    readonly stream?: readonly string[];
    readonly state?: readonly string[];
    readonly engine?: string;
  }): string {
    const config = this.at('config.yaml');
    const lines = [
      'server: { enabled: false }',
      `state: { ${[`folder: ${this.at('state')}`, ...state].join(', ')} }`,
      'streams:',
      '  room:',
      `    source: { kind: file, path: ${this.source} }`,
      '    decode: { key: id }',
      '    channels: { value: {} }',
      `    network: { hidden: 4, steps: 4, engine: ${engine} }`,
      ...stream.map((line) => `    ${line}`),
      'sinks:',
      `  file: { kind: jsonl, path: ${this.at('out.jsonl')}, outputs: [score, reject] }`,
    ];
    writeFileSync(config, lines.join('\n'));
    return config;
  }

  /** What the run gave, of one kind. */
  outputs(kind: 'score' | 'reject'): readonly Readonly<Record<string, unknown>>[] {
    const lines = readFileSync(this.at('out.jsonl'), 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line)).filter((output) => output.kind === kind);
  }

  /** The same without their place in the outbox, in which rejects take part. */
  scores(): readonly unknown[] {
    return this.outputs('score').map(({ sequence, ...score }) => score);
  }
}

/** Record number `i`, a minute after the one before. */
export function record(i: number, id = 'a'): string {
  return JSON.stringify({ id, time: new Date(1_700_000_000_000 + i * 60_000).toISOString(), value: (i * 7) % 11 });
}
