import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { page } from '../bench/detection/show/page.ts';
import { chromium, startChromium } from '../servers/chromium.ts';
import { newFolder, removeFolder } from '../servers/folder.ts';
import { describeWith } from '../servers/program.ts';

const plots = [
  { title: 'one <b>', x: [1, 2, 3], curves: [{ name: 'a', y: [1, null, 3] }] },
  { title: 'two', x: [0, 60_000], curves: [{ name: 'b', y: [1, 2] }], time: true, shaded: [[0, 30_000] as const] },
];
const rows = [{ name: 'row', cells: { share: { hits: 1, of: 2 } } }];
const html = page({
  settings: { command: 'npm run bench:detection -- "x" & y' },
  parts: [
    {
      part: 'made',
      summary: 'of <nothing>',
      entries: [{ contestant: 'surprisal', seeds: [1], rows, headline: {}, plots }],
    },
  ],
  compared: undefined,
});

test('the page is whole without a script but for the curves, and text stays text', () => {
  expect(html).toContain('<td>0.50 (1 of 2)</td>');
  expect(html).toContain('of &lt;nothing&gt;');
  expect(html).toContain('one &lt;b&gt; (surprisal)');
  expect(html.match(/data-plot="\d"/g)).toEqual(['data-plot="0"', 'data-plot="1"']);
});

describeWith([chromium], 'in a browser', () => {
  let folder: string;
  beforeAll(() => {
    folder = newFolder('bench-page');
  });
  afterAll(() => removeFolder(folder));

  test('it draws every plot, fetches nothing and complains of nothing', async () => {
    const file = join(folder, 'page.html');
    writeFileSync(file, html);
    const browser = await startChromium();
    const opened = await browser.newPage();
    const faults: string[] = [];
    opened.on('pageerror', (error) => faults.push(String(error)));
    opened.on('console', (message) => faults.push(message.text()));
    opened.on('request', (request) => {
      if (!request.url().startsWith('file:')) faults.push(request.url());
    });
    await opened.goto(`file://${file}`);
    expect(await opened.locator('[data-plot] canvas').count()).toBe(2);
    expect(faults).toEqual([]);
    await browser.close();
  });
});
