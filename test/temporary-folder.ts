import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { TestProject } from 'vitest/node';

/**
 * Gives the whole run one temporary folder, and takes it away at the end: what a test leaves behind does not outlive the
 * run. The program that tests start as a process is compiled into it once (`test/state/compiled.ts`),
 * and no port is given twice (`test/servers/ports.ts`).
 */
export function setup(project: TestProject): () => void {
  const before = process.env.TMPDIR;
  const folder = mkdtempSync(path.join(tmpdir(), 'surprisal-tests-'));
  const compiled = path.join(folder, 'compiled');
  process.env.TMPDIR = folder;
  process.env.SURPRISAL_TESTS_COMPILED = compiled;
  process.env.SURPRISAL_TESTS_PORTS = path.join(folder, 'ports');
  // `vitest --watch` runs tests again because a file has changed.
  project.onTestsRerun(async () => rmSync(compiled, { recursive: true, force: true }));
  return () => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    delete process.env.SURPRISAL_TESTS_COMPILED;
    delete process.env.SURPRISAL_TESTS_PORTS;
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
}
