import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { file } from '../../src/source/file.ts';
import { http } from '../../src/source/http.ts';
import { simulate } from '../../src/source/simulate.ts';
import { COUNT, sourceContract } from './source-contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'surprisal-sources-'));
let names = 0;
const newPath = () => join(folder, String(names++));

function written(): string {
  const path = newPath();
  writeFileSync(path, Array.from({ length: COUNT }, (_, n) => `{"n":${n}}\n`).join(''));
  return path;
}

sourceContract(file, {
  full: () => ({ kind: 'file', path: written() }),
  waiting: () => ({ kind: 'file', path: written(), follow: true }),
});

sourceContract(http, {
  full: () => ({ kind: 'http', folder: newPath() }),
  waiting: () => ({ kind: 'http', folder: newPath() }),
  async fill(source) {
    const records = Array.from({ length: COUNT }, (_, n) => Buffer.from(`{"n":${n}}`));
    await source.append?.(records.slice(0, 15));
    await source.append?.(records.slice(15));
  },
});

sourceContract(simulate, {
  full: () => ({ kind: 'simulate', world: 'thermostat', max_records: COUNT }),
  waiting: () => ({ kind: 'simulate', world: 'thermostat', speed: 0.000_001 }),
});
