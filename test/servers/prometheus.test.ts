import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Alertmanager, alertmanager, amtool, startAlertmanager } from './alertmanager.ts';
import { newFolder, removeFolder } from './folder.ts';
import { freePort } from './ports.ts';
import { describeWith } from './program.ts';
import { type Prometheus, prometheus, promtool, startPrometheus } from './prometheus.ts';
import { until } from './until.ts';

const METRICS = '# HELP surprisal_test_ratio A number.\n# TYPE surprisal_test_ratio gauge\nsurprisal_test_ratio 0.25\n';
const rule = { alert: 'Low', expr: 'surprisal_test_ratio < 0.5', labels: { severity: 'warning' } };

const received: string[] = [];
let folder: string;
let rules: string;
let scraped: Server;
let manager: Alertmanager;
let server: Prometheus;

async function receive(request: IncomingMessage): Promise<void> {
  received.push(await text(request));
}

describeWith([prometheus, promtool, alertmanager, amtool], 'Prometheus and Alertmanager', () => {
  beforeAll(async () => {
    folder = newFolder('rules');
    rules = join(folder, 'rules.yml');
    const port = await freePort();
    scraped = createServer((request, response) => {
      if (request.method === 'POST') void receive(request).then(() => response.end());
      else response.setHeader('content-type', 'text/plain; version=0.0.4').end(METRICS);
    }).listen(port, '127.0.0.1');
    await once(scraped, 'listening');
    writeFileSync(rules, JSON.stringify({ groups: [{ name: 'test', rules: [rule] }] }));
    manager = await startAlertmanager({ webhookUrl: `http://127.0.0.1:${port}/` });
    server = await startPrometheus({ targets: [`127.0.0.1:${port}`], rules: [rules], alertmanager: manager.address });
  });
  afterAll(async () => {
    scraped?.close();
    await Promise.all([server?.stop(), manager?.stop()]);
    removeFolder(folder);
  });

  test('a metric is scraped and answers a query', async () => {
    await until('the metric is there', 20_000, async () => (await server.query('surprisal_test_ratio')).length > 0);
    const [sample] = await server.query('surprisal_test_ratio * 2');
    expect(sample?.value[1]).toBe('0.5');
    await expect(server.query('no such (')).rejects.toThrow('400');
  });

  test('a rule that fires reaches Alertmanager, and through it a webhook', async () => {
    await until('the webhook has it', 60_000, async () => received.length > 0);
    expect(JSON.parse(received[0] ?? '')).toMatchObject({
      version: '4',
      status: 'firing',
      commonLabels: { alertname: 'Low' },
    });
    const shown = execFileSync(amtool.path(), ['alert', 'query', `--alertmanager.url=${manager.url}`], {
      encoding: 'utf8',
    });
    expect(shown).toContain('Low');
  }, 90_000);

  test('promtool checks metrics and rules', () => {
    execFileSync(promtool.path(), ['check', 'rules', rules]);
    execFileSync(promtool.path(), ['check', 'metrics'], { input: METRICS });
    expect(() =>
      execFileSync(promtool.path(), ['check', 'metrics'], { input: 'surprisal_test 1\n', stdio: 'pipe' }),
    ).toThrow();
  });
});
