import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { compiled } from '../state/compiled.ts';

const program = join(compiled(['src', 'test/source']), 'test/source/read-stdin.js');

/** What a process reads that is given this on its standard input. */
function readBy(input: string | Uint8Array, from = 0): unknown {
  const { stdout, stderr } = spawnSync(process.execPath, [program, String(from)], { input, encoding: 'utf8' });
  return stdout === '' ? stderr : JSON.parse(stdout);
}

test('standard input is read as a file is: header, lines, going on from an offset, packed or not', () => {
  const content = 'a,b\n1,2\n"x\ny",3\n4,5\n';
  const columns = ['a', 'b'];
  for (const input of [content, gzipSync(content)]) {
    expect(readBy(input)).toEqual({ columns, records: ['2 1,2', '3 "x\ny",3', '5 4,5'] });
    expect(readBy(input, 8)).toEqual({ columns, records: ['3 "x\ny",3', '5 4,5'] });
  }
  expect(readBy('')).toEqual({ records: [] });
  expect(readBy(content, 1_000)).toContain('fewer than the 1000 bytes already read');
});
