import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** Storms, soaks and long tests of real servers; `npm test` has a smaller form of most. See CONTRIBUTING.md. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [] } },
  defineConfig({ test: { include: ['test/**/*.soak.ts'], testTimeout: 600_000 } }),
);
