import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds that is serious, in words. */
export async function serious(page: Page): Promise<readonly string[]> {
  // Not as a script of the page: its policy forbids that.
  const found = (await page.evaluate(`${axe}; axe.run()`)) as {
    violations: readonly { id: string; impact: string; nodes: readonly { html: string; failureSummary: string }[] }[];
  };
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}
