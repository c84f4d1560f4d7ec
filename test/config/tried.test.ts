import { expect, test } from 'vitest';
import { triedConfigurations } from '../../src/config/tried.ts';

const printed = (channel: string) => `streams: { home: { channels: { room: {}, state: { ${channel} } }, alert: {} } }`;

test('settings are tried on streams of numbers', () => {
  const { settings } = triedConfigurations(printed('kind: real'), 'home', { channel: 'room', direction: 'up' });
  expect(settings).toBe('streams:\n  home:\n    channels:\n      room:\n        direction: up\n');
});

test.each(['category', 'count'])('a stream with a channel of kind %s is refused by that channel', (kind) => {
  expect(() => triedConfigurations(printed(`kind: ${kind}`), 'home', { budget: '1/day' })).toThrow(
    'state is no real number; settings of such streams cannot be tried yet',
  );
});
