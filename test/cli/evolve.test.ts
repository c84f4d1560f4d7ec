import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { Place, surprisal } from './program.ts';

const text = Array.from({ length: 400 }, (_, n) => {
  const time = new Date(Date.UTC(2026, 2, 2) + n * 3_600_000).toISOString();
  return `${time},${(20 + 5 * Math.sin((2 * Math.PI * n) / 24) + ((n * 7) % 11) / 10).toFixed(3)}`;
});

/** A file and the command that evolves on it into a folder. */
function evolving() {
  const place = new Place();
  const file = place.at('wave.csv');
  writeFileSync(file, `time,value\n${text.join('\n')}\n`);
  const small = ['--value-columns', 'value', '--rows', '300', '--population', '3', '--generations', '3'];
  return {
    place,
    flags: (out: string) => ['evolve', '--data', file, ...small, '--tune', 'both', '--out', place.at(out)],
  };
}

describe('evolve', { timeout: 400_000 }, () => {
  test('killed in the middle and run again it has the result of a run that was not, and `replay` takes the winner', async () => {
    const { place, flags } = evolving();
    const whole = await surprisal(flags('whole'));
    expect(whole).toMatchObject({ code: 0 });
    expect(whole.err).toMatch(/on the next 100 rows, which it was not chosen by: [\d.]+ bits a row, the start [\d.]+/);
    const read = (name: string) => readFileSync(place.at(name), 'utf8');
    const lines = read('whole/journal.jsonl').trim().split('\n');
    expect(lines.length).toBeGreaterThan(8);

    const killed = await surprisal(flags('killed'), (pid) => {
      const timer = setInterval(() => {
        const written = journalOf(place.at('killed/journal.jsonl'));
        if (written < 4) return;
        clearInterval(timer);
        process.kill(pid, 'SIGKILL');
      }, 20);
    });
    expect(killed.code).not.toBe(0);
    expect(journalOf(place.at('killed/journal.jsonl'))).toBeLessThan(lines.length);
    const resumed = await surprisal(flags('killed'));
    expect(resumed.err).toMatch(/\d+ genomes are in the journal: continuing/);
    for (const name of ['winner.yaml', 'winner.svg', 'front.json', 'journal.jsonl']) {
      expect(read(`killed/${name}`)).toBe(read(`whole/${name}`));
    }

    const stream = [
      ...['streams:', '  wave:', '    source: { kind: file, path: wave.csv, framing: csv }'],
      ...['    decode: { format: csv, time: { at: time, format: iso8601 } }', '    channels: { value: {} }'],
      ...read('whole/winner.yaml')
        .trim()
        .split('\n')
        .map((line) => `    ${line}`),
    ];
    writeFileSync(place.at('evolved.yaml'), stream.join('\n'));
    const replayed = await surprisal(['replay', place.at('wave.csv'), '-c', place.at('evolved.yaml')]);
    expect(replayed.err).toContain('400 rows of 1 series scored');
    writeFileSync(place.at('other.yaml'), stream.join('\n').replace('engine: graph', 'engine: reference'));
    const declined = await surprisal(['replay', place.at('wave.csv'), '-c', place.at('other.yaml')]);
    expect(declined).toMatchObject({ code: 78 });
    expect(declined.err).toContain('computes no cell graph');
  });

  test('refuses the journal of other data, by name', async () => {
    const { place, flags } = evolving();
    const few = (out: string) => [...flags(out), '--generations', '1'];
    expect(await surprisal(few('out'))).toMatchObject({ code: 0 });
    writeFileSync(place.at('wave.csv'), `time,value\n${text.slice(1).join('\n')}\n`);
    const other = await surprisal(few('out'));
    expect(other).toMatchObject({ code: 2 });
    expect(other.err).toContain('journal.jsonl:1: has the journal of a run with other data or settings');
  });
});

/** Whole lines of a journal; 0 where there is none yet. */
function journalOf(path: string): number {
  try {
    return readFileSync(path, 'utf8').split('\n').length - 1;
  } catch {
    return 0;
  }
}
