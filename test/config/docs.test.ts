import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkText, HOME } from './text.ts';

const BLOCK = /^```yaml\n(.*?)^```/gms;
const ENV = { INFLUX_TOKEN: 'a-token', ONCALL_TOKEN: 'a-token', SLACK_PATH: 'T0/B0/x', PAGERDUTY_KEY: 'a-key' };
const FILES = {
  '/run/secrets/influxdb': 'a-password',
  '/run/secrets/oncall-url': 'https://oncall.example.org/hooks/1',
  '/run/secrets/webhook-secret': `whsec_${Buffer.alloc(32).toString('base64')}`,
};

const blocks = readdirSync('docs')
  .filter((name) => name.endsWith('.md'))
  .flatMap((name) => {
    const texts = [...readFileSync(join('docs', name), 'utf8').matchAll(BLOCK)].map(([, text]) => text ?? '');
    return texts.filter((text) => /^sinks:$/m.test(text)).map((text) => [name, text] as const);
  });

test('there are sinks in the docs', () => {
  expect(blocks.map(([name]) => name)).toEqual(expect.arrayContaining(['alerting.md', 'influxdb.md']));
});

test.each(blocks)('the sinks of docs/%s are a valid configuration', (_, text) => {
  const whole = /^streams:$/m.test(text) ? text : HOME + text;
  expect(checkText(whole, { env: ENV, files: FILES }).faults).toEqual([]);
});
