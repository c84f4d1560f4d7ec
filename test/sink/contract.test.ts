import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';
import { consoleSink } from '../../src/sink/console/console.ts';
import { jsonl } from '../../src/sink/jsonl/jsonl.ts';
import { sinkContract } from './sink-contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'surprisal-sinks-'));
let files = 0;
let printed = '';

beforeEach(() => {
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text, ...rest) => {
    printed += String(text);
    for (const each of rest) if (typeof each === 'function') each();
    return true;
  });
});
afterEach(() => void vi.restoreAllMocks());

sinkContract(consoleSink, () => ({ config: { kind: 'console', colour: 'never' }, written: () => printed }));

sinkContract(jsonl, () => {
  const path = join(folder, `${files++}.jsonl`);
  return { config: { kind: 'jsonl', path }, written: () => readFileSync(path, 'utf8') };
});
