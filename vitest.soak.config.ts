import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** Storms and soaks: what takes a minute to be sure of. `npm test` runs a smaller form of each. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [] } },
  defineConfig({ test: { include: ['test/**/*.soak.ts'], testTimeout: 600_000 } }),
);
