import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../servers/ports.ts';
import { compiled } from '../state/compiled.ts';

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

/** A folder with a configuration of one stream that takes pushes, every output to a file. */
function prepared(port: number): { readonly folder: string; readonly config: string; readonly out: string } {
  const folder = mkdtempSync(path.join(tmpdir(), 'surprisal-push-'));
  const out = path.join(folder, 'out.jsonl');
  const config = path.join(folder, 'push.yaml');
  writeFileSync(
    config,
    `
state: { folder: ${folder}/state, commit_interval: 50ms }
server: { port: ${port}, token: letmein }
streams:
  room:
    source: { kind: http, folder: ${folder}/inbox }
    decode: { key: id }
    channels: { value: {} }
sinks:
  file: { kind: jsonl, path: ${out}, outputs: [score, reject] }
`,
  );
  return { folder, config, out };
}

test('what is pushed over HTTP is scored once, through a restart, and SIGTERM ends the run with 0', {
  timeout: 60_000,
}, async () => {
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const { config, out } = prepared(port);
  const main = path.join(compiled(['src']), 'src/cli/main.js');
  const lines = () =>
    readFileSync(out, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  const push = async (from: number, to: number) => {
    const records = Array.from({ length: to - from }, (_, i) => ({
      id: 'a',
      time: new Date(6e4 * (from + i)).toISOString(),
      value: i % 7,
    }));
    const headers = { 'content-type': 'application/json', authorization: 'Bearer letmein' };
    const answer = await fetch(`${base}/api/streams/room/observations`, {
      method: 'POST',
      headers,
      body: JSON.stringify(records),
    });
    expect(answer.status).toBe(202);
  };
  for (const [from, to] of [
    [0, 40],
    [40, 100],
  ] as const) {
    const child = spawn(process.execPath, [main, 'run', '-c', config], { stdio: ['ignore', 'ignore', 'pipe'] });
    const ended = once(child, 'exit');
    onTestFinished(() => void child.kill('SIGKILL'));
    await expect.poll(() => answers(`${base}/readyz`), { timeout: 20_000 }).toBe(true);
    await push(from, to);
    await expect.poll(() => lines().length, { timeout: 20_000 }).toBe(to);
    const metrics = await (await fetch(`${base}/metrics`)).text();
    expect(metrics).toContain(`surprisal_rows_scored_total{stream="room"} ${to - from}`);
    expect(metrics).toContain('surprisal_series_warming{stream="room"} 1\n');
    expect(metrics).toContain(`surprisal_warm_up_ratio{stream="room"} ${to / 150}\n`);
    expect(metrics).toContain(`surprisal_warm_up_eta_seconds{stream="room"} ${60 * (150 - to)}\n`);
    const api = async (route: string) => {
      const headers = { authorization: 'Bearer letmein' };
      return await (await fetch(`${base}/api/streams${route}`, { headers })).json();
    };
    const warming = { percent: Math.floor(to / 1.5), etaSeconds: 60 * (150 - to) };
    expect(await api('')).toEqual({ streams: [{ name: 'room', series: 1, ready: 0, warming: 1, ...warming }] });
    expect(await api('/room/series?state=warming')).toEqual({
      stream: 'room',
      series: [{ name: 'a', state: 'warming', rows: to, rowsNeeded: 150, ...warming }],
      next: null,
    });
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  }
  expect(lines().map(({ sequence }) => sequence)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  expect(lines().every(({ kind }) => kind === 'score')).toBe(true);
});
