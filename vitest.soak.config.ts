import { defineConfig } from 'vitest/config';
import { common, run } from './vitest.config.ts';

/** Storms, soaks and long tests of real servers; `npm test` has a smaller form of most. See CONTRIBUTING.md. */
export default defineConfig({ test: { ...common, ...run, include: ['test/**/*.soak.ts'], testTimeout: 600_000 } });
