import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { whatIfAnswer } from '../../src/live/what-if.ts';
import { chromium, startChromium } from '../servers/chromium.ts';
import { describeWith } from '../servers/program.ts';
import { failure, faultsOf, ROOMS } from './story.ts';
import { Room } from './world.ts';

let browser: Browser;
let home: Room;

const post = (body: object, type = 'application/json') =>
  fetch(`${home.program.url}/api/what-if`, {
    method: 'POST',
    body: JSON.stringify({ stream: 'home', series: 'hall', ...body }),
    headers: { 'content-type': type },
  });

describeWith([chromium], 'what if', () => {
  beforeAll(async () => {
    home = await Room.open();
    await home.ordinary(400, ROOMS);
    await failure(home, 12);
    browser = await startChromium();
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await home?.program.stop();
  }, 60_000);

  test('the page says which alerts a larger least deviation would have lost, and how it is configured', {
    timeout: 120_000,
  }, async () => {
    const page = await browser.newPage();
    const faults = faultsOf(page);
    await page.goto(`${home.program.url}/?view=live&stream=home&series=hall`);
    const card = page.getByRole('region', { name: 'What if' });
    await card.getByLabel('Least deviation').fill('1000');
    await card.getByLabel('Least deviation').press('Enter');
    await card.getByText(/lost · critical · hall/).waitFor({ timeout: 90_000 });
    expect(await card.locator('pre').textContent()).toBe(
      [
        'streams:',
        '  home:',
        '    channels:',
        '      inside:',
        '        min_deviation:',
        '          absolute: 1000',
      ].join('\n'),
    );
    await card.getByText('0 with these settings').waitFor();
    expect(faults).toEqual([]);
  });

  test('settings that are as configured change nothing; the rows are those of the page', {
    timeout: 120_000,
  }, async () => {
    const answer = await post({ budget: '1/hour/series' });
    const found = whatIfAnswer.parse(await answer.json());
    expect(found).toMatchObject({ rows: 4 * 300, series: 4, changes: [] });
    expect(found.before).toBeGreaterThan(0);
    expect(found.after).toBe(found.before);
  });

  test('one at a time, and only what a configuration may have', { timeout: 120_000 }, async () => {
    const [first, second] = await Promise.all([post({ budget: '2/day' }), post({ budget: '3/day' })]);
    expect([first.status, second.status].sort()).toEqual([200, 429]);
    const refused = async (body: object, type?: string) => {
      const answer = await post(body, type);
      return [answer.status, ((await answer.json()) as { detail: string }).detail];
    };
    expect(await refused({ budget: 'often' })).toEqual([400, expect.stringContaining('a budget reads NUMBER/hour')]);
    expect(await refused({ channel: 'cellar', direction: 'up' })).toEqual([
      400,
      expect.stringContaining('has no channel'),
    ]);
    expect(await refused({})).toEqual([400, expect.stringContaining('give a budget')]);
    expect(await refused({ series: 'nobody', budget: '1/day' })).toEqual([404, expect.stringContaining('no history')]);
    expect(await refused({ stream: 'other', budget: '1/day' })).toEqual([404, expect.stringContaining('no stream')]);
    expect(await refused({ budget: '1/day' }, 'text/plain')).toEqual([
      415,
      expect.stringContaining('application/json'),
    ]);
  });
});
