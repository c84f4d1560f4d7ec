import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromium, startChromium } from '../servers/chromium.ts';
import { describeWith } from '../servers/program.ts';
import { alertsOf, failure, ROOMS } from './story.ts';
import { Room } from './world.ts';

/*
 * The pictures of the README. What they show in words is a snapshot beside them: where the page, or what the detector says, is another, this test fails and
 * has drawn them anew; `npx vitest run test/page/screenshots.test.ts --update` accepts that.
 */

const IMAGES = join(import.meta.dirname, '../../docs/images');

let browser: Browser;
let home: Room;

/** The text that is shown, a line for each piece; without the clock of the connection. */
async function wordsOf(page: Page): Promise<string> {
  // Only what is shown: `textContent` has more.
  const text = await page.evaluate('document.querySelector("#view").innerText');
  return `${String(text)
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .join('\n')}\n`;
}

/** Checks the words of a picture, and draws it where they are new or it is not there. */
async function picture(page: Page, name: string): Promise<void> {
  const [words, text, image] = [await wordsOf(page), join(IMAGES, `${name}.txt`), join(IMAGES, `${name}.png`)];
  const isKnown = existsSync(image) && existsSync(text) && readFileSync(text, 'utf8') === words;
  mkdirSync(IMAGES, { recursive: true });
  if (!isKnown) await page.screenshot({ path: image, animations: 'disabled' });
  await expect(words).toMatchFileSnapshot(text);
  const size = readFileSync(image);
  // Width and height of a PNG.
  expect([size.readUInt32BE(16), size.readUInt32BE(20)]).toEqual([1120, 700]);
}

describeWith([chromium], 'the pictures of the README', () => {
  beforeAll(async () => {
    home = await Room.open('wasm');
    await home.ordinary(400, ROOMS);
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await home?.program.stop();
  });

  test('show a furnace that fails, live and explained, as the page shows it now', { timeout: 240_000 }, async () => {
    await failure(home, 2);
    await home.ordinary(60, ROOMS);
    await home.furnaceFails(6, ROOMS, 2);
    const page = await browser.newPage({ viewport: { width: 1120, height: 700 }, colorScheme: 'light' });
    await page.goto(`${home.program.url}/?stream=home&series=hall`);
    await page.locator('.head .mark', { hasText: 'firing' }).waitFor();
    await page.locator('.chart canvas').first().waitFor();
    await page.locator('.row .mark, .row .alarm, .row').first().waitFor();
    await picture(page, 'live');

    const newest = (await alertsOf(home)).find(({ state }) => state === 'firing');
    await page.goto(`${home.program.url}/?alert=${newest?.id}`);
    await page.locator('.words').waitFor();
    await page.locator('.verdict .quiets').waitFor();
    await page.locator('.likes li').first().waitFor();
    await page.locator('article .chart canvas').first().waitFor();
    await picture(page, 'alert');
  });
});
