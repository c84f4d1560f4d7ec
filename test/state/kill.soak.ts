import { test } from 'vitest';
import { killedAtAnyMoment } from './killed.ts';

test('killed at any moment, state, outbox and offset agree when the folder is opened again', {
  timeout: 120_000,
}, async () => {
  await killedAtAnyMoment(20, 200);
});
