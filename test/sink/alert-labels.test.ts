import { expect, test } from 'vitest';
import { alertLabels, severities } from '../../src/sink/alert-labels.ts';
import { alert } from './outputs.ts';

test('the silence of a channel is another alert than that of its series, and than that of another channel', () => {
  const labels = ['', 'temp', 'hum'].map((channel) =>
    alertLabels(alert({ reason: 'silent', channel }), 'critical', {}),
  );
  expect(new Set(labels.map((each) => JSON.stringify(each))).size).toBe(3);
  expect(labels[1]).toMatchObject({ alertname: 'SurprisalSilent', channel: 'temp' });
  expect(labels[0]).not.toHaveProperty('channel');
});

test('an alert whose values stop and come again was no warning, whatever its revision', () => {
  const critical = { severity: 'critical', raisedAs: 'critical' } as const;
  expect(severities(alert({ ...critical, revision: 2 }))).toEqual(['critical']);
  expect(severities(alert({ ...critical, state: 'resolved', revision: 3, endMs: 1 }))).toEqual(['critical']);
  expect(severities(alert({ severity: 'critical', revision: 2 }))).toEqual(['warning', 'critical']);
});
