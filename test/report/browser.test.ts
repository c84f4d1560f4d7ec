import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { report } from '../../src/report/report.ts';
import { chromium, startChromium } from '../servers/chromium.ts';
import { newFolder, removeFolder } from '../servers/folder.ts';
import { describeWith } from '../servers/program.ts';
import { assets, sample } from './sample.ts';

let folder: string;
let browser: Browser;

interface Opened {
  readonly page: Page;
  /** Whatever the page complained of or asked the network for. */
  readonly faults: readonly string[];
}

async function open(name: string, html: string): Promise<Opened> {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, html);
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => faults.push(message.text()));
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) faults.push(request.url());
  });
  await page.goto(`file://${file}`);
  await page.waitForSelector('html[data-ready]');
  return { page, faults };
}

/** How many canvas points of the first chart are not transparent. */
const ink = (page: Page) =>
  page
    .locator('canvas')
    .first()
    .evaluate((canvas) => {
      const { width, height } = canvas as unknown as { width: number; height: number };
      const context = (
        canvas as unknown as { getContext(kind: '2d'): { getImageData(...box: number[]): { data: Uint8Array } } }
      ).getContext('2d');
      return context.getImageData(0, 0, width, height).data.filter((value, place) => place % 4 === 3 && value > 0)
        .length;
    });

describeWith([chromium], 'the report in a browser', () => {
  beforeAll(async () => {
    folder = newFolder('report');
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser?.close();
    removeFolder(folder);
  });

  test('draws a chart for each channel and the score of the six series that come first, and fetches nothing', async () => {
    const { page, faults } = await open('many', report(sample(9, 2_000), assets));
    expect(await page.locator('html').getAttribute('data-ready')).toBe('18');
    expect(await page.locator('.series:visible h2').allTextContents()).toEqual([
      'home-2',
      'home-5',
      'home-8',
      'home-1',
      'home-3',
      'home-4',
    ]);
    expect(await ink(page)).toBeGreaterThan(5_000);
    expect(faults).toEqual([]);
  });

  test('a seventh series takes the place of the first, and a series is found by name', async () => {
    const { page, faults } = await open('pick', report(sample(9, 200), assets));
    await page.locator('[data-find]').fill('home-9');
    expect(await page.locator('nav li:visible').allTextContents()).toEqual(['home-9']);
    await page.getByRole('checkbox', { name: 'home-9' }).check();
    const shown = await page.locator('.series:visible h2').allTextContents();
    expect(shown).toHaveLength(6);
    expect(shown).toContain('home-9');
    expect(shown).not.toContain('home-2');
    expect(faults).toEqual([]);
  });

  test('an alert is reached by keyboard, zooms all charts of its series, and the whole range comes back', async () => {
    const { page, faults } = await open('zoom', report(sample(2, 2_000), assets));
    const far = '2026-01-05';
    const over = async () => {
      await page
        .locator('.series:visible .u-over')
        .first()
        .hover({ position: { x: 3, y: 20 } });
      return (await page.locator('.series:visible [data-readout]').allTextContents()).slice(0, 3);
    };
    expect(await over()).toEqual([0, 1, 2].map(() => expect.stringContaining(far)));
    await page.locator('[data-zoom]').first().focus();
    await page.keyboard.press('Enter');
    expect(await over()).toEqual([0, 1, 2].map(() => expect.not.stringContaining(far)));
    await page.locator('.chart').first().focus();
    await page.keyboard.press('0');
    expect(await over()).toEqual([0, 1, 2].map(() => expect.stringContaining(far)));
    expect(faults).toEqual([]);
  });

  test('20 000 rows are drawn within seconds, in the dark and on paper too', async () => {
    const { page, faults } = await open('long', report(sample(3, 20_000, 1), assets));
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(14, 17, 22)');
    const pdf = await page.pdf();
    expect(pdf.length).toBeGreaterThan(20_000);
    expect(faults).toEqual([]);
  });
});
