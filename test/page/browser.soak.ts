import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromium, startChromium } from '../servers/chromium.ts';
import { describeWith } from '../servers/program.ts';
import { until } from '../servers/until.ts';
import { serious } from './axe.ts';
import { Room } from './world.ts';

const ROOMS = ['hall <b>&amp;', ...Array.from({ length: 59 }, (_, n) => `room ${n + 1}`)];

let browser: Browser;
let home: Room;

interface Opened {
  readonly page: Page;
  /** What the page complained of, or asked of anybody but its own server. */
  readonly faults: readonly string[];
}

async function open(path: string, options: Parameters<Browser['newPage']>[0] = {}): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, ...options });
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => faults.push(message.text()));
  page.on('request', (request) => {
    if (!request.url().startsWith(home.program.url)) faults.push(request.url());
  });
  await page.goto(home.program.url + path);
  return { page, faults };
}

describeWith([chromium], 'the live page in a browser', () => {
  beforeAll(async () => {
    home = await Room.open();
    await home.ordinary(400, ROOMS);
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await home?.program.stop();
  });

  test('a failing furnace appears without reload, is opened and explained, and its link opens it again', {
    timeout: 120_000,
  }, async () => {
    const { page, faults } = await open('/');
    const option = page.getByRole('option', { name: /room 59/ });
    await page.getByRole('searchbox', { name: 'Find a series' }).fill('hall');
    await page.getByRole('option', { name: /hall <b>&amp;/ }).click();
    await expectText(page, 'h1', 'hall <b>&amp;');
    await page.locator('.chart canvas').first().waitFor();
    expect(await option.count()).toBe(0);
    expect(await page.locator('#bar .count').textContent()).toBe('0 firing');

    await home.furnaceFails(6, ROOMS);
    await page.locator('#bar .count.alarm').waitFor();
    await page.locator('.head .mark', { hasText: 'firing' }).waitFor();
    await page.locator('a.alert').first().click();
    const words = page.locator('.words');
    await words.waitFor();
    expect(await words.textContent()).toMatch(/inside of hall <b>&amp; is .*°C/);
    expect(await page.locator('.facts').textContent()).toMatch(/seen.*°C.*since/);
    await page.locator('.bars li').first().waitFor();
    expect(await page.locator('.bars li .label').first().textContent()).toBe('inside');
    await page.locator('article .chart canvas').first().waitFor();
    const link = new URL(page.url());
    expect(link.search).toMatch(/^\?alert=[0-9a-f]{16}$/);
    const again = await open(`/${link.search}`);
    await again.page.locator('.words').waitFor();
    expect(await again.page.locator('.words').textContent()).toBe(await words.textContent());
    expect([...faults, ...again.faults]).toEqual([]);
  });

  test('the charts grow as rows come, stand still when paused, and a link restores the range that was chosen', {
    timeout: 120_000,
  }, async () => {
    const { page, faults } = await open('/?stream=home&series=room%205');
    const readout = page.locator('.readout').first();
    await readout.waitFor();
    const before = await readout.textContent();
    await home.ordinary(3, ROOMS);
    await until('a newer row', 20_000, async () => (await readout.textContent()) !== before);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.locator('.chart').first().focus();
    await page.keyboard.press('+');
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('button', { name: 'Follow the newest' }).waitFor();
    expect(page.url()).toMatch(/stream=home&series=room\+5&from=\d+&to=\d+/);
    await page.reload();
    await page.getByRole('button', { name: 'Follow the newest' }).click();
    expect(page.url()).not.toContain('from=');
    expect(faults).toEqual([]);
  });

  test('only the series in sight are elements, and the keyboard alone opens the last of them', async () => {
    const { page } = await open('/');
    const list = page.getByRole('listbox', { name: 'Series' });
    await page.getByRole('combobox', { name: 'Order' }).selectOption('name');
    await page.getByRole('option', { name: /room 1 / }).waitFor();
    expect(await list.getByRole('option').count()).toBeLessThan(45);
    await list.focus();
    await page.keyboard.press('End');
    await page.getByRole('option', { name: /room 59/ }).waitFor();
    await page.keyboard.press('Enter');
    await expectText(page, 'h1', 'room 59');
  });

  test('a stream that rejects what it reads is seen at once, with the first examples', {
    timeout: 120_000,
  }, async () => {
    const { page } = await open('/');
    await home.garbage(6_000, ROOMS);
    await page.locator('.notice', { hasText: 'rejects' }).waitFor();
    await page.getByRole('button', { name: 'See why' }).click();
    await page.getByText('Why 6\u202f000 records were rejected').click();
    expect(await page.locator('.rejects').textContent()).toContain('"room":"cellar","time":"never"');
  });

  test('an alert that is not known any more says so', async () => {
    const { page } = await open('/?alert=0000000000000000');
    await page.getByText('Alert 0000000000000000 is not kept any more').waitFor();
  });

  test.each([
    ['/', '.chart canvas'],
    ['/?view=alerts', '.words'],
    ['/?view=verdicts', '.empty'],
    ['/?view=health', '.streams .card'],
  ])(
    'axe-core finds nothing serious in %s, light and dark, wide and narrow',
    { timeout: 120_000 },
    async (path, ready) => {
      for (const [colorScheme, width] of [
        ['light', 1280],
        ['dark', 1280],
        ['light', 390],
      ] as const) {
        const { page } = await open(path, { colorScheme, viewport: { width, height: 860 } });
        await page
          .locator(width < 860 && !/health|verdicts/.test(path) ? '.row, a.alert' : ready)
          .first()
          .waitFor();
        expect(await serious(page)).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        await page.close();
      }
    },
  );
});

async function expectText(page: Page, selector: string, text: string): Promise<void> {
  await page.locator(selector, { hasText: text }).first().waitFor();
}
