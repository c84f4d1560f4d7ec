import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { compiled } from '../state/compiled.ts';

/** A block of the tutorial, in its order. */
interface Block {
  readonly kind: string;
  readonly text: string;
}

const blocks: readonly Block[] = Array.from(
  readFileSync('docs/tutorial.md', 'utf8').matchAll(/```(\w+)\n([\s\S]*?)```/g),
  ([, kind, text]) => ({ kind, text }),
);

/** A folder that looks like the repository's root, in which whatever is written is temporary. */
function root(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tutorial-'));
  for (const name of ['config', 'fixtures', 'node_modules', 'package.json', 'src', 'test']) {
    symlinkSync(resolve(name), join(folder, name));
  }
  return folder;
}

function executed(command: string, args: readonly string[], cwd: string): string {
  const env = { ...process.env, SURPRISAL__SERVER__ENABLED: 'false' };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' });
  expect([status, stderr], `${args.join(' ')}\n${stdout}`).toEqual([0, expect.any(String)]);
  return stdout;
}

const RUNS: Readonly<Record<string, (text: string, folder: string) => string>> = {
  ts(text, folder) {
    writeFileSync(join(folder, 'block.ts'), text);
    return executed(process.execPath, ['test/bench/run.mjs', 'block.ts'], folder);
  },
  sh(text, folder) {
    const main = join(compiled(['src']), 'src/cli/main.js');
    const program = `set -e\nsurprisal() { "${process.execPath}" "${main}" "$@"; }\n${text}`;
    return executed('bash', ['-c', program], folder);
  },
};

test('every block of the tutorial runs, and prints what the tutorial says', { timeout: 400_000 }, () => {
  const folder = root();
  let printed = '';
  let checked = 0;
  for (const { kind, text } of blocks) {
    if (kind === 'text') {
      const lines = text.trimEnd().split('\n');
      // Lines in their order, with others between them where the tutorial leaves some out.
      let from = 0;
      for (const line of lines) {
        const at = printed.indexOf(line, from);
        expect(at, `${line}\nin\n${printed}`).toBeGreaterThanOrEqual(0);
        from = at + line.length;
        checked++;
      }
    } else if (kind !== 'yaml') printed = RUNS[kind](text, folder);
  }
  expect(checked).toBeGreaterThan(20);
  expect(readFileSync(join(folder, 'eight.html'), 'utf8').trimEnd().endsWith('</html>')).toBe(true);
});

test('the configuration that the tutorial shows is the one that it runs', () => {
  const [{ text }] = blocks.filter(({ kind }) => kind === 'yaml');
  expect(readFileSync('config/sequences/gesture.yaml', 'utf8')).toContain(text.split('\n').slice(1).join('\n'));
});
