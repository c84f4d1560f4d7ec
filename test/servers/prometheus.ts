import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder, removeFolder } from './folder.ts';
import { freePort } from './ports.ts';
import { ServerProcess } from './process.ts';
import { debian } from './program.ts';
import { answers } from './until.ts';

/** The server, and the tool that checks metrics and rules. */
export const prometheus = debian('prometheus', 'prometheus');
export const promtool = debian('prometheus', 'promtool');

/** What it scrapes each second, by which rules, and whom it tells. */
export interface PrometheusOptions {
  /** `host:port` of each, scraped at /metrics. */
  readonly targets: readonly string[];
  /** Paths of rule files. */
  readonly rules?: readonly string[];
  /** `host:port` of Alertmanager. */
  readonly alertmanager?: string;
}

/** One sample of an instant vector. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** A real Prometheus on 127.0.0.1. */
export interface Prometheus {
  readonly url: string;
  /** An instant query. @throws Error with what the server says */
  query(expression: string): Promise<readonly Sample[]>;
  stop(): Promise<void>;
}

/** Ready in 1–3 s. */
export async function startPrometheus(options: PrometheusOptions): Promise<Prometheus> {
  const folder = newFolder('prometheus');
  const address = `127.0.0.1:${await freePort()}`;
  const config = join(folder, 'prometheus.yml');
  writeFileSync(config, configuration(options));
  const args = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=${address}`,
    '--rules.alert.resend-delay=1s',
  ];
  const server = new ServerProcess({ name: 'prometheus', command: prometheus.path(), args, folder });
  await server.start(() => answers(`http://${address}/-/ready`));
  return {
    url: `http://${address}`,
    query: (expression) => ask(`http://${address}`, expression),
    async stop() {
      await server.end('SIGKILL');
      removeFolder(folder);
    },
  };
}

async function ask(url: string, expression: string): Promise<readonly Sample[]> {
  const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: expression })}`);
  const body = await response.text();
  if (!response.ok) throw new Error(`Prometheus answers ${response.status}: ${body}`);
  return JSON.parse(body).data.result;
}

/** JSON is YAML. */
function configuration({ targets, rules = [], alertmanager }: PrometheusOptions): string {
  const alertmanagers = alertmanager === undefined ? [] : [{ static_configs: [{ targets: [alertmanager] }] }];
  return JSON.stringify({
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: rules,
    alerting: { alertmanagers },
    scrape_configs: [{ job_name: 'surprisal', static_configs: [{ targets }] }],
  });
}
