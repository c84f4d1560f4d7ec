import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { HOME, linesOf } from '../config/text.ts';

const KEY = Buffer.alloc(24, 7).toString('base64');

/** What is wrong with a webhook of these options, without its place. */
function faults(options: object): readonly string[] {
  const pager = { kind: 'webhook', url: 'https://hooks.example/x', ...options };
  return linesOf(HOME + stringify({ sinks: { pager } })).map((line) =>
    line.replace(/^c\.yaml:\d+:\d+: sinks\.pager\.?/, ''),
  );
}

test.each([
  [{}],
  [{ secrets: [`whsec_${KEY}`, `whsec_${Buffer.alloc(64).toString('base64')}`] }],
  [{ headers: { Authorization: 'Bearer x', 'X-Team': 'grün' } }],
  [{ retries: [], timeout: '1s' }],
  [{ body: 'template', template: '{"a": "{{values.key}}"}', values: { key: 'x' } }],
  [{ body: 'template', template: '{{summary}}', content_type: 'text/plain' }],
  [{ labels: { site: 'north' }, external_url: 'https://surprisal.example' }],
])('%j is fine', (options) => {
  expect(faults(options)).toEqual([]);
});

test.each([
  [{ url: 'ftp://hooks.example/x' }, 'url: an address that begins with https:// or http://'],
  [{ url: 'https://me:correct-horse@hooks.example/x' }, 'without a login'],
  [{ url: 'hooks.example' }, 'url: an address that begins with'],
  [{ secrets: [KEY] }, 'secrets[0]: `whsec_` and 24 to 64 random bytes in base64; found a secret'],
  [{ secrets: ['whsec_c2hvcnQ='] }, 'secrets[0]: `whsec_` and 24 to 64'],
  [{ secrets: [`whsec_${KEY}!`] }, 'secrets[0]: `whsec_` and 24 to 64'],
  [{ headers: { 'webhook-id': 'x' } }, 'a header that is not the sink’s own'],
  [{ headers: { Host: 'x' } }, 'a header that is not the sink’s own'],
  [{ headers: { 'a b': 'x' } }, 'the name of a header'],
  [{ headers: { a: 'x\r\nb: y' } }, 'headers.a: a header’s value: one line of Latin letters; found a secret'],
  [{ retries: ['0s'] }, 'retries[0]: must be more than 0ms'],
  [{ template: '{}' }, 'template: goes with `body: template`'],
  [{ values: { key: 'x' } }, 'values: go with `body: template`'],
  [{ body: 'template' }, 'body: `template` is needed for this'],
  [{ body: 'template', template: '{{sumary}}' }, 'template: {{sumary}} is nothing of an alert'],
  [{ labels: { severity: 'page' } }, 'not one of alertname, stream, series, severity'],
  [{ labels: { 'a-b': 'x' } }, 'letters, digits and _'],
  [{ ca: 'not a certificate' }, 'ca: must be a certificate as PEM text'],
  [{ retrys: [] }, 'did you mean "retries"?'],
])('%j is refused: %s', (options, why) => {
  const found = faults(options);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(why);
  expect(found[0]).not.toMatch(/correct-horse|c2hvcnQ|BwcHBwcH/);
});
