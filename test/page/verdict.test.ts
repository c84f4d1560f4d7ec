import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AlertRecord, alertsPage, similarPage, verdictView } from '../../src/live/schema.ts';
import { chromium, startChromium } from '../servers/chromium.ts';
import { describeWith } from '../servers/program.ts';
import { until } from '../servers/until.ts';
import { Room } from './world.ts';

const ROOMS = ['hall', 'study', 'attic'];

let browser: Browser;
let home: Room;

async function get(path: string): Promise<unknown> {
  return (await fetch(home.program.url + path)).json();
}

async function alerts(): Promise<readonly AlertRecord[]> {
  return alertsPage.parse(await get('/api/alerts?series=hall')).alerts;
}

/** The furnace of the hall fails, worse than before: the alert of that, once it is over. */
async function failure(degrees: number): Promise<AlertRecord> {
  const before = new Set((await alerts()).map(({ id }) => id));
  await home.furnaceFails(6, ROOMS, degrees);
  await home.ordinary(30, ROOMS);
  let found: AlertRecord | undefined;
  await until('the alert is over', 60_000, async () => {
    found = (await alerts()).find(({ id, state }) => !before.has(id) && state === 'resolved');
    return found !== undefined;
  });
  if (found === undefined) throw new Error('there is no alert');
  return found;
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
    const first = await failure(4);
    expect(first.quieted).toBeNull();
    expect(first.statistics.length).toBeGreaterThan(0);

    const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('console', (message) => faults.push(message.text()));
    await page.goto(`${home.program.url}/?alert=${first.id}`);
    await page.locator('.verdict .quiets', { hasText: 'alerts of hall that look like this one' }).waitFor();
    await page.getByLabel('Note').fill('we air the hall <b>');
    await page.getByRole('button', { name: 'Expected', exact: true }).click();
    await page.locator('.verdict .said', { hasText: 'Expected: we air the hall <b>' }).waitFor();
    const view = verdictView.parse(await get(`/api/alerts/${first.id}/verdict`));
    expect(view.given).toMatchObject({ verdict: 'expected', note: 'we air the hall <b>', series: 'hall' });
    expect(view.given?.untilMs).toBe(view.wouldQuiet.untilMs);

    const second = await failure(12);
    expect(second.quieted).toEqual({ by: first.id, untilMs: view.given?.untilMs });
    const similar = similarPage.parse(await get(`/api/alerts/${second.id}/similar`)).similar;
    expect(similar[0]).toMatchObject({ id: first.id, alike: true, verdict: { verdict: 'expected' } });
    await page.goto(`${home.program.url}/?alert=${second.id}`);
    await page.getByLabel('Quiet').waitFor();
    await page.locator('.similar a', { hasText: 'hall' }).first().click();

    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Real', exact: true }).waitFor();
    const third = await failure(40);
    expect(third.quieted).toBeNull();
    expect(faults).toEqual([]);
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
