import type { Page } from 'playwright-core';
import { type AlertRecord, alertsPage, verdictRecord } from '../../src/live/schema.ts';
import { until } from '../servers/until.ts';
import type { Room } from './world.ts';

/** The first is announced; enough that two partitions have two each. */
export const ROOMS = ['hall', 'study', 'attic', 'cellar'];
const WITHIN_MS = 90_000;

/** The alerts of the hall that the server knows. */
export async function alertsOf({ program: { url } }: Room): Promise<readonly AlertRecord[]> {
  return alertsPage.parse(await (await fetch(`${url}/api/alerts?series=hall`)).json()).alerts;
}

/** The verdicts that it knows, by alert. */
export async function verdictsOf({ program: { url } }: Room): Promise<readonly string[]> {
  const answer = await (await fetch(`${url}/api/verdicts`)).json();
  return verdictRecord
    .array()
    .parse(answer)
    .map(({ alert }) => alert);
}

/** The furnace of the hall fails, worse than before: the alert of that, once it is over. */
export async function failure(home: Room, degrees: number): Promise<AlertRecord> {
  const before = new Set((await alertsOf(home)).map(({ id }) => id));
  await home.furnaceFails(6, ROOMS, degrees);
  await home.ordinary(30, ROOMS);
  let found: AlertRecord | undefined;
  await until('the alert is over', WITHIN_MS, async () => {
    found = (await alertsOf(home)).find(({ id, state }) => !before.has(id) && state === 'resolved');
    return found !== undefined;
  });
  if (found === undefined) throw new Error('there is no alert');
  return found;
}

/** What the page complained of. */
export function faultsOf(page: Page): readonly string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => faults.push(message.text()));
  return faults;
}

/**
 * The story of a furnace: it fails, which appears without reload, is opened, explained and answered as expected; `middle` happens; the next failure like it
 * stays quiet and says why; undo, from the list of verdicts, brings the one after it back.
 */
export async function furnaceStory(home: Room, page: Page, middle: () => Promise<void>): Promise<void> {
  await page.goto(`${home.program.url}/?view=alerts`);
  await page.getByText('No alerts: nothing was unusual enough.').waitFor();
  const first = await failure(home, 4);
  await page.locator('a.alert', { hasText: 'hall' }).first().click();
  await page.locator('.words', { hasText: /inside of hall is .*°C/ }).waitFor();
  if (!page.url().endsWith(`?alert=${first.id}`)) throw new Error(`${page.url()} is not of ${first.id}`);
  await page.getByLabel('Note').fill('we air the hall');
  await page.getByRole('button', { name: 'Expected', exact: true }).click();
  await page.locator('.verdict .said', { hasText: 'Expected: we air the hall' }).waitFor();

  await middle();

  const second = await failure(home, 12);
  if (second.quieted?.by !== first.id) throw new Error(`quieted: ${JSON.stringify(second.quieted)}`);
  await page.goto(`${home.program.url}/?alert=${second.id}`);
  await page.getByLabel('Quiet').filter({ hasText: 'Nobody was sent this alert' }).waitFor();

  await page.getByRole('link', { name: 'Verdicts' }).click();
  const row = page.getByRole('row', { name: /hall · Unusual value: inside/ });
  await row.filter({ hasText: 'we air the hall' }).waitFor();
  await row.getByRole('button', { name: 'Undo the verdict on hall' }).click();
  await page.getByText('No verdicts.').waitFor();
  const third = await failure(home, 40);
  if (third.quieted !== null) throw new Error('it stays quiet after undo');
  await page.getByRole('link', { name: /^Alerts/ }).click();
  await page.locator(`a.alert[href*="${third.id}"]`).waitFor();
}
