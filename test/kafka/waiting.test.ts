import { expect, test } from 'vitest';
import { Failure } from '../../src/errors/failure.ts';
import { Outages } from '../../src/kafka/outages.ts';
import { untilAnswered } from '../../src/kafka/waiting.ts';

const away = new Failure('kafka/unreachable', 'nobody answers');

test('an outage is not over because somebody stops asking: whoever asks next does not report it again', async () => {
  const said: string[] = [];
  const outages = new Outages({ outage: () => said.push('outage'), outageEnded: () => said.push('over') });
  const stop = new AbortController();
  const waiting = outages.of('in/0');
  const asking = untilAnswered(() => Promise.reject(away), { signal: stop.signal, waiting });
  await expect.poll(() => said).toEqual(['outage']);
  // A task that opens the same partition anew meets the same outage.
  waiting.failed(away);
  stop.abort();
  expect(await asking).toBeUndefined();
  waiting.failed(away);
  expect(said).toEqual(['outage']);
  await untilAnswered(async () => true, { signal: new AbortController().signal, waiting });
  expect(said).toEqual(['outage', 'over']);
});
