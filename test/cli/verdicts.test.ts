import { afterEach, expect, test } from 'vitest';
import { type AlertRecord, alertsPage, verdictView } from '../../src/live/schema.ts';
import { Room } from '../page/world.ts';
import { until } from '../servers/until.ts';

const ROOMS = ['hall', 'study', 'attic'];

const opened: Room[] = [];
afterEach(async () => {
  for (const room of opened.splice(0)) await room.program.stop();
});

async function alerts({ program: { url } }: Room): Promise<readonly AlertRecord[]> {
  return alertsPage.parse(await (await fetch(`${url}/api/alerts?series=hall`)).json()).alerts;
}

/** The furnace of the hall fails: the alert of that, once it is over. */
async function failure(home: Room, degrees: number): Promise<AlertRecord> {
  const before = new Set((await alerts(home)).map(({ id }) => id));
  await home.furnaceFails(6, ROOMS, degrees);
  await home.ordinary(30, ROOMS);
  let found: AlertRecord | undefined;
  await until('the alert is over', 60_000, async () => {
    found = (await alerts(home)).find(({ id, state }) => !before.has(id) && state === 'resolved');
    return found !== undefined;
  });
  if (found === undefined) throw new Error('there is no alert');
  return found;
}

/** A failure that is expected, and two deeper ones; before each of those the program ends by a signal and starts again, where there is one. */
async function failures(...restarts: readonly ('SIGTERM' | 'SIGKILL')[]): Promise<readonly AlertRecord[]> {
  const home = await Room.open();
  opened.push(home);
  await home.ordinary(400, ROOMS);
  const found = [await failure(home, 4)];
  const given = await fetch(`${home.program.url}/api/alerts/${found[0].id}/verdict`, {
    method: 'POST',
    body: JSON.stringify({ verdict: 'expected' }),
    headers: { 'content-type': 'application/json' },
  });
  expect(verdictView.parse(await given.json()).given?.verdict).toBe('expected');
  for (const [n, degrees] of [12, 25].entries()) {
    if (restarts[n] !== undefined) await home.program.restart(restarts[n]);
    found.push(await failure(home, degrees));
  }
  return found;
}

test('a verdict is durable once it is answered: after a kill, and a stop, the same failures stay quiet as without', {
  timeout: 240_000,
}, async () => {
  const undisturbed = await failures();
  const restarted = await failures('SIGKILL', 'SIGTERM');
  expect(undisturbed[1].quieted?.by).toBe(undisturbed[0].id);
  const shown = ({ id, severity, quieted, signature }: AlertRecord) => ({ id, severity, quieted, signature });
  expect(restarted.map(shown)).toEqual(undisturbed.map(shown));
});
