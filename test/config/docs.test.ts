import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkText, HOME } from './text.ts';

const BLOCK = /^```yaml\n(.*?)^```/gms;
const ENV = { INFLUX_TOKEN: 'a-token' };
const FILES = { '/run/secrets/influxdb': 'a-password' };

const blocks = readdirSync('docs')
  .filter((name) => name.endsWith('.md'))
  .flatMap((name) => {
    const texts = [...readFileSync(join('docs', name), 'utf8').matchAll(BLOCK)].map(([, text]) => text ?? '');
    return texts.filter((text) => /^sinks:$/m.test(text)).map((text) => [name, text] as const);
  });

test('there are sinks in the docs', () => {
  expect(blocks.map(([name]) => name)).toContain('influxdb.md');
});

test.each(blocks)('the sinks of docs/%s are a valid configuration', (_, text) => {
  const whole = /^streams:$/m.test(text) ? text : HOME + text;
  expect(checkText(whole, { env: ENV, files: FILES }).faults).toEqual([]);
});
