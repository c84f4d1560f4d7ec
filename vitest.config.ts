import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** Of every file, in `npm test` and in the soaks. */
export const common = { setupFiles: ['src/cli/relaxed-simd.ts'], testTimeout: 60_000, hookTimeout: 120_000 };
/** Of every run, and in its own process. */
export const run = {
  globalSetup: ['test/temporary-folder.ts', 'test/servers/kafka/shared-broker.ts'],
  maxWorkers: 2,
};

// Files of pure rooms cannot reach each other: they share a process, and what it has loaded.
const rooms = readFileSync(join(import.meta.dirname, 'src/README.md'), 'utf8');
const pure = [...rooms.matchAll(/^\| (\w+) \| pure \|/gm)].map(([, room]) => `test/${room}/**/*.test.ts`);

export default defineConfig({
  test: {
    ...run,
    projects: [
      { test: { ...common, name: 'pure', include: pure, isolate: false } },
      { test: { ...common, name: 'shell', include: ['test/**/*.test.ts'], exclude: ['test/bench/**', ...pure] } },
    ],
  },
});
