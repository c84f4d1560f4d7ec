import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { Metrics } from '../../src/metrics/metrics.ts';
import { alertmanager, amtool } from '../servers/alertmanager.ts';
import { describeWith } from '../servers/program.ts';
import { promtool } from '../servers/prometheus.ts';
import { readRules } from './rules.ts';

const RULES = 'deploy/prometheus/rules.yml';
const rules = readRules(RULES);

describeWith([promtool, alertmanager, amtool], 'the rules on Surprisal itself, and who is notified', () => {
  test('are rules to promtool, which also likes the configuration around them', () => {
    const options = { stdio: 'pipe', encoding: 'utf8' } as const;
    expect(execFileSync(promtool.path(), ['check', 'rules', '--lint-fatal', RULES], options)).toContain(
      `${rules.length} rules found`,
    );
    execFileSync(promtool.path(), ['check', 'config', '--lint-fatal', 'deploy/prometheus/prometheus.yml'], options);
  });

  test('fire when they should and not before: promtool test rules', () => {
    execFileSync(promtool.path(), ['test', 'rules', 'deploy/prometheus/rules.test.yml'], { stdio: 'pipe' });
  });

  test('go to the operators by Alertmanager’s routes, and what Surprisal sends itself to the owners', () => {
    const config = 'deploy/alertmanager/alertmanager.yml';
    const route = (...labels: string[]) =>
      execFileSync(amtool.path(), ['config', 'routes', 'test', `--config.file=${config}`, ...labels], {
        encoding: 'utf8',
      }).trim();
    execFileSync(amtool.path(), ['check-config', config], { stdio: 'pipe' });
    expect(route('alertname=SurprisalDown', 'job=surprisal')).toBe('operators');
    expect(route('alertname=Unusual', 'stream=thermostat', 'series=home-1')).toBe('owners');
  });
});

test('each rule has unit tests, a severity, a sentence, and a paragraph in the runbook that says what to look at and what to do', () => {
  const tested = new Set<string>();
  for (const { alert_rule_test } of parse(readFileSync('deploy/prometheus/rules.test.yml', 'utf8')).tests)
    for (const { alertname, exp_alerts } of alert_rule_test) if (exp_alerts.length > 0) tested.add(alertname);
  const paragraphs = new Map(
    readFileSync('docs/runbook.md', 'utf8')
      .split(/^## /m)
      .slice(1)
      .map((paragraph) => [paragraph.slice(0, paragraph.indexOf('\n')), paragraph]),
  );
  for (const { alert, labels, annotations } of rules) {
    expect(tested, `${alert} fires in a unit test`).toContain(alert);
    expect(labels?.severity, alert).toMatch(/^(warning|critical)$/);
    expect(annotations?.summary, alert).toMatch(/^.+\.$/s);
    expect(annotations?.runbook_url).toBe(`docs/runbook.md#${alert.toLowerCase()}`);
    expect(paragraphs.get(alert), alert).toMatch(/\*\*Look at\*\*.+\*\*Do\*\*/s);
  }
  expect([...paragraphs.keys()].sort()).toEqual(rules.map(({ alert }) => alert).sort());
});

test('each rule asks for metrics that there are', async () => {
  const known = new Set((await new Metrics().registry.getMetricsAsJSON()).map(({ name }) => name));
  const asked = rules.flatMap(({ expr }) => expr.match(/surprisal_\w+/g) ?? []);
  expect(asked.length).toBeGreaterThan(20);
  for (const name of asked) expect(known).toContain(name);
});

test('each metric and each key that the runbook names is there', async () => {
  const runbook = readFileSync('docs/runbook.md', 'utf8');
  const known = new Set((await new Metrics().registry.getMetricsAsJSON()).map(({ name }) => name));
  const named = [...new Set(runbook.match(/\bsurprisal_\w+/g))].filter((name) => name !== 'surprisal_alert');
  for (const name of named) expect(known).toContain(name);
  const reference = readFileSync('docs/configuration.md', 'utf8');
  const keys = runbook.matchAll(/`(?:\w+\.)*(?:state|window|alert|network|series|decode|emit)\.(?:\w+\.)*(\w+)/g);
  for (const [, key] of keys) expect(reference).toContain(`| \`${key}\` |`);
});
