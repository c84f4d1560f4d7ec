import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { similarPage, verdictView } from '../../src/live/schema.ts';
import { surprisal } from '../cli/program.ts';
import { chromium, startChromium } from '../servers/chromium.ts';
import { describeWith } from '../servers/program.ts';
import { until } from '../servers/until.ts';
import { serious } from './axe.ts';
import { failure, faultsOf, furnaceStory, ROOMS } from './story.ts';
import { Room } from './world.ts';

let browser: Browser;
let home: Room;

async function get(path: string): Promise<unknown> {
  return (await fetch(home.program.url + path)).json();
}

describeWith([chromium], 'a verdict on the live page', () => {
  beforeAll(async () => {
    home = await Room.open();
    await home.ordinary(400, ROOMS);
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await home?.program.stop();
  });

  test('a furnace failure is answered as expected; the next like it stays quiet and says why; undo brings the one after it back', {
    timeout: 240_000,
  }, async () => {
    const first = await failure(home, 4);
    expect(first.quieted).toBeNull();
    expect(first.statistics.length).toBeGreaterThan(0);

    const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    const faults = faultsOf(page);
    await page.goto(`${home.program.url}/?alert=${first.id}`);
    await page.locator('.verdict .quiets', { hasText: 'alerts of hall that look like this one' }).waitFor();
    await page.getByLabel('Note').fill('we air the hall <b>');
    await page.getByRole('button', { name: 'Expected', exact: true }).click();
    await page.locator('.verdict .said', { hasText: 'Expected: we air the hall <b>' }).waitFor();
    const view = verdictView.parse(await get(`/api/alerts/${first.id}/verdict`));
    expect(view.given).toMatchObject({ verdict: 'expected', note: 'we air the hall <b>', series: 'hall' });
    expect(view.given?.untilMs).toBe(view.wouldQuiet.untilMs);

    const second = await failure(home, 12);
    expect(second.quieted).toEqual({ by: first.id, untilMs: view.given?.untilMs });
    const similar = similarPage.parse(await get(`/api/alerts/${second.id}/similar`)).similar;
    expect(similar[0]).toMatchObject({ id: first.id, alike: true, verdict: { verdict: 'expected' } });
    const command = await surprisal(['similar', second.id, '-c', join(home.program.folder, 'config.yaml')]);
    expect(command).toMatchObject({ code: 0, err: '' });
    const line = new RegExp(`^ +[\\d.]+  of one kind   expected  2026-01-05 [\\d:]+Z  ${first.id}  hall$`, 'm');
    expect(command.out).toMatch(line);
    await page.goto(`${home.program.url}/?alert=${second.id}`);
    await page.getByLabel('Quiet').waitFor();
    await page.locator('.similar a', { hasText: 'hall' }).first().click();

    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Real', exact: true }).waitFor();
    const third = await failure(home, 40);
    expect(third.quieted).toBeNull();
    expect(faults).toEqual([]);
  });

  test('the list of verdicts is worked with the keyboard alone, and axe-core finds nothing serious in it', {
    timeout: 240_000,
  }, async () => {
    const alert = await failure(home, 100);
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    await page.goto(`${home.program.url}/?alert=${alert.id}`);
    await page.getByRole('button', { name: 'Real', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.locator('.verdict .said', { hasText: 'Real' }).waitFor();
    await page.getByRole('link', { name: 'Verdicts' }).focus();
    await page.keyboard.press('Enter');
    const undo = page.getByRole('button', { name: 'Undo the verdict on hall' });
    await undo.waitFor();
    expect(await page.getByRole('row', { name: /hall/ }).textContent()).toMatch(/real.*2026-01-05.*2026-02-04/);
    for (const [colorScheme, width] of [
      ['light', 1280],
      ['dark', 390],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 860 });
      expect(await serious(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    }
    await undo.focus();
    await page.keyboard.press('Enter');
    await page.getByText('No verdicts.').waitFor();
  });

  test('all that reproduces an alert is downloaded with a button', { timeout: 120_000 }, async () => {
    const alert = await failure(home, 200);
    const path = `/api/alerts/${alert.id}/bundle`;
    await until('a checkpoint stores the bundle', 60_000, async () => {
      await home.ordinary(1, ROOMS);
      return (await fetch(home.program.url + path)).ok;
    });
    const page = await browser.newPage();
    await page.goto(`${home.program.url}/?alert=${alert.id}`);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download bundle' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`${alert.id}.bundle`);
    const file = await download.path();
    expect(statSync(file).size).toBeGreaterThan(1_000);
  });

  test('similar says what is wrong where the alert is not known, or no run answers', { timeout: 60_000 }, async () => {
    const config = join(home.program.folder, 'config.yaml');
    const unknown = await surprisal(['similar', '0123456789abcdef', '-c', config]);
    expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining('this alert is not known') });
    const elsewhere = join(home.program.folder, 'elsewhere.yaml');
    writeFileSync(elsewhere, readFileSync(config, 'utf8').replace(/"port":\d+/, '"port":1'));
    const nobody = await surprisal(['similar', '0123456789abcdef', '-c', elsewhere]);
    expect(nobody).toMatchObject({ code: 78, err: expect.stringContaining('no run answers there') });
  });

  test('a verdict that a form of another page could send is refused, and so is one on an alert that nobody knows', async () => {
    const path = `${home.program.url}/api/alerts/0123456789abcdef/verdict`;
    const post = (type: string, body: string) =>
      fetch(path, { method: 'POST', headers: { 'content-type': type }, body });
    expect((await post('text/plain', '{"verdict":"real"}')).status).toBe(415);
    expect((await post('application/json', '{"verdict":"maybe"}')).status).toBe(400);
    expect((await post('application/json', '{"verdict":"real"}')).status).toBe(404);
  });
});

describeWith([chromium], 'the story of a furnace', () => {
  test('it fails, is explained and answered; the next stays quiet and says why; undo, in the list of verdicts, brings the one after it back', {
    timeout: 240_000,
  }, async () => {
    const other = await Room.open();
    const chrome = await startChromium();
    try {
      await other.ordinary(400, ROOMS);
      const page = await chrome.newPage({ viewport: { width: 1280, height: 860 } });
      const faults = faultsOf(page);
      await furnaceStory(other, page, async () => {});
      expect(faults).toEqual([]);
    } finally {
      await chrome.close();
      await other.program.stop();
    }
  });
});
