import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alertmanagerBody, cloudEventsBody } from '../../src/sink/webhook/bodies.ts';
import { slackBody } from '../../src/sink/webhook/slack.ts';
import { templateBody, templateFault } from '../../src/sink/webhook/template.ts';
import { alert } from './outputs.ts';

const nowhere = { labels: {} };
const resolved = { state: 'resolved', revision: 1, endMs: Date.UTC(2026, 0, 1, 13) } as const;
const silent = { reason: 'silent', channel: '', value: null, expected: null, lower: null, upper: null } as const;

describe('the body of Alertmanager', () => {
  const bodyOf = (some: Parameters<typeof alert>[0] = {}, around: Parameters<typeof alertmanagerBody>[1] = nowhere) =>
    JSON.parse(alertmanagerBody(alert(some), around).body);

  test('has every field of version 4', () => {
    const labels = { alertname: 'SurprisalUnusual', stream: 'thermostat', series: 'home 3', severity: 'critical' };
    const annotations = {
      ...{ summary: 'inside is 12.1 °C where 20.3 °C was expected', reason: 'unusual_value', channel: 'inside' },
      ...{ value: '12.1', expected: '20.3', lower: '19.5', upper: '21', bits: '21.44' },
      ...{ p_value: String(1 / 40_321), id: '0123456789abcdef' },
    };
    expect(bodyOf({}, { labels: { site: 'north' }, externalUrl: 'https://surprisal.example' })).toEqual({
      version: '4',
      groupKey: '{}:{alertname="SurprisalUnusual", series="home 3", stream="thermostat"}',
      truncatedAlerts: 0,
      status: 'firing',
      receiver: 'surprisal',
      groupLabels: { alertname: 'SurprisalUnusual', stream: 'thermostat', series: 'home 3' },
      commonLabels: { ...labels, site: 'north' },
      commonAnnotations: annotations,
      externalURL: 'https://surprisal.example',
      alerts: [
        {
          status: 'firing',
          labels: { ...labels, site: 'north' },
          annotations,
          startsAt: '2026-01-01T12:00:00.000Z',
          endsAt: '0001-01-01T00:00:00Z',
          generatorURL: 'https://surprisal.example/?alert=0123456789abcdef',
          fingerprint: '0123456789abcdef',
        },
      ],
    });
  });

  test('bears the same fingerprint and group from raise to resolve, whatever becomes of the severity', () => {
    const steps = [bodyOf({ severity: 'warning' }), bodyOf({ revision: 1, channel: 'outside' }), bodyOf(resolved)];
    expect(new Set(steps.map(({ groupKey, alerts: [{ fingerprint }] }) => groupKey + fingerprint)).size).toBe(1);
    expect(steps[2]).toMatchObject({ status: 'resolved', alerts: [{ endsAt: '2026-01-01T13:00:00.000Z' }] });
  });

  test('leaves out what is not known', () => {
    const { commonLabels, commonAnnotations } = bodyOf(silent);
    expect(commonLabels.alertname).toBe('SurprisalSilent');
    expect(Object.keys(commonAnnotations)).toEqual(['summary', 'reason', 'id']);
  });
});

test('a CloudEvent is in structured mode, with the alert as its data, and a step has one id', () => {
  const { contentType, body } = cloudEventsBody(alert(), nowhere);
  expect(contentType).toBe('application/cloudevents+json; charset=utf-8');
  expect(JSON.parse(body)).toEqual({
    specversion: '1.0',
    id: '0123456789abcdef.0',
    source: '/surprisal/thermostat',
    type: 'surprisal.alert.v1',
    subject: 'home 3',
    time: '2026-01-01T12:05:00.000Z',
    datacontenttype: 'application/json',
    data: alert(),
  });
});

test('a CloudEvent links to the alert where the address of Surprisal is known', () => {
  const { body } = cloudEventsBody(alert(), { labels: {}, externalUrl: 'https://surprisal.example/' });
  expect(JSON.parse(body).alerturl).toBe('https://surprisal.example/?alert=0123456789abcdef');
});

describe('a message for Slack', () => {
  const blocksOf = (some: Parameters<typeof alert>[0] = {}, externalUrl?: string) =>
    JSON.parse(slackBody(alert(some), { labels: { site: 'north' }, externalUrl }).body);

  test('is a header, the explanation with its numbers, and where more is to be read', () => {
    const { text, blocks } = blocksOf({}, 'https://surprisal.example');
    expect(text).toBe('🔴 Critical: home 3 (thermostat)');
    expect(blocks.map(({ type }: { readonly type: string }) => type)).toEqual(['header', 'section', 'context']);
    expect(blocks[1].text.text).toBe('inside is 12.1 °C where 20.3 °C was expected');
    const fields = ['*Seen*\n12.1', '*Expected*\n20.3', '*Band*\n19.5 … 21', '*Surprisal*\n21.4 bits'];
    expect(blocks[1].fields.map((field: { readonly text: string }) => field.text)).toEqual(fields);
    expect(blocks[2].elements[0].text).toContain(
      '<https://surprisal.example/?alert=0123456789abcdef|0123456789abcdef>',
    );
    expect(blocks[2].elements[0].text).toContain('site: north');
    expect(blocksOf(resolved).text).toBe('✅ Resolved: home 3 (thermostat)');
    expect(blocksOf({ severity: 'warning', ...silent }).blocks[1].fields).toBeUndefined();
  });

  test('lets no name call anybody, and stays within what Slack takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (name) => {
        const hostile = `<!channel> & ${name}`;
        const { text, blocks } = blocksOf({ series: hostile, summary: hostile.repeat(9), channel: hostile });
        expect(text + blocks[1].text.text).not.toContain('<');
        expect(blocks[0].text.text.length).toBeLessThanOrEqual(150);
        expect(blocks[1].text.text.length).toBeLessThanOrEqual(3_000);
        expect(blocks[2].elements[0].text).not.toContain('<!channel');
      }),
    );
  });
});

describe('a template', () => {
  const JSON_TYPE = 'application/json';
  const rendered = (
    template: string,
    some: Parameters<typeof alert>[0] = {},
    contentType: 'text/plain' | 'application/json' | 'application/x-www-form-urlencoded' = JSON_TYPE,
  ) => templateBody({ template, contentType, values: { key: 'k"1' } })(alert(some), nowhere).body;
  const faultOf = (template: string) => templateFault({ template, contentType: JSON_TYPE, values: { key: 'secret' } });

  test('puts in what there is, escaped for JSON: no name breaks out of its quotes', () => {
    const template =
      '{"text": "{{severity}}: {{summary}}", "of": "{{series}}", "key": "{{values.key}}", "is": {{value}}}';
    expect(faultOf(template)).toBeUndefined();
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (series, summary) => {
        const said = JSON.parse(rendered(template, { series, summary }));
        expect(said).toEqual({ text: `critical: ${summary}`, of: series, key: 'k"1', is: 12.1 });
      }),
    );
  });

  test('writes null where nothing is known, and has sections for what an alert is', () => {
    const template = '{"is": {{value}}, "over": {{#resolved}}"{{ends_at}}"{{/resolved}}{{^resolved}}null{{/resolved}}}';
    expect(faultOf(template)).toBeUndefined();
    expect(rendered(template, silent)).toBe('{"is": null, "over": null}');
    expect(rendered(template, resolved)).toBe('{"is": 12.1, "over": "2026-01-01T13:00:00.000Z"}');
    expect(rendered('{{#value}}known{{/value}}{{^value}}unknown{{/value}}', silent)).toBe('unknown');
    expect(rendered('{{bits}}', { bits: Number.POSITIVE_INFINITY })).toBe('null');
  });

  test('is escaped for a form, and not at all for plain text', () => {
    const some = { series: 'a b&c=\ud800"', summary: 'x' };
    expect(rendered('of={{series}}', some, 'application/x-www-form-urlencoded')).toBe('of=a+b%26c%3D%EF%BF%BD%22');
    expect(rendered('{{series}}', { series: 'a "b"\n<c>' }, 'text/plain')).toBe('a "b"\n<c>');
  });

  test.each([
    ['{"a": "{{sumary}}"}', '{{sumary}} is nothing of an alert; known: value, expected, lower'],
    ['{"a": "{{values.other}}"}', '{{values.other}} is nothing of an alert'],
    ['{"a": "{{constructor}}"}', '{{constructor}} is nothing of an alert'],
    ['{"a": "{{{summary}}}"}', '{{{summary}}} is not escaped; write {{summary}}'],
    ['{"a": "{{&summary}}"}', 'is not escaped'],
    ['{{> other}}', 'another template'],
    ['{"a": "{{summary"}', 'Unclosed tag'],
    ['{{#firing}}{"a": 1}', 'Unclosed section "firing"'],
    ['{{#firing}}{{#firing}}{{nothing}}{{/firing}}{{/firing}}', '{{nothing}} is nothing'],
    ['{"a": {{summary}}}', 'what it gives is no JSON'],
    ['{"a": "{{summary}}",}', 'what it gives is no JSON'],
    ['{{#firing}}{"a": 1}{{/firing}}', 'what it gives is no JSON'],
  ])('%s is refused when the configuration is read', (template, why) => {
    expect(faultOf(template)).toContain(why);
    expect(faultOf(template)).not.toContain('secret');
  });
});

test('Slack shows no character of a name that cannot be seen or turns what is read', () => {
  const { body } = slackBody(alert({ series: 'a\u202eb\u200bc', summary: 'a\u202eb is 5' }), nowhere);
  expect(body).not.toMatch(/\p{Cf}/u);
  expect(body).toContain('a·b·c');
  expect(body).toContain('a·b is 5');
});
