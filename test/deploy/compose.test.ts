import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkConfig } from '../../src/config/load.ts';
import { simulate } from '../../src/source/simulate.ts';
import { describeWith } from '../servers/program.ts';
import { compose as program } from '../servers/tools.ts';

const FOLDER = 'deploy';
const compose = parse(readFileSync('deploy/compose.yaml', 'utf8'), { merge: true });
const services: Readonly<Record<string, Service>> = compose.services;
const prometheus = parse(readFileSync('deploy/prometheus/prometheus.yml', 'utf8'));

interface Service {
  readonly image: string;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly configs?: readonly { readonly source: string; readonly target: string }[];
  readonly depends_on?: object | readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly command?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly stop_grace_period?: string;
  readonly read_only?: boolean;
}

const config = checkConfig(
  { name: 'surprisal.yaml', text: readFileSync('deploy/compose/surprisal.yaml', 'utf8') },
  { env: { SURPRISAL_TOKEN: 'x' }, readFile: () => ({ fault: 'there is no such file' }) },
);

interface Job {
  readonly static_configs: readonly { readonly targets: readonly string[] }[];
}

function addressesIn(text: string): readonly string[] {
  return [...text.matchAll(/http:\/\/([\w.-]+:\d+)/g)].map(([, address = '']) => address);
}

/** Who listens where, as the services know each other. */
const LISTENS: Readonly<Record<string, number>> = {
  kafka: 9092,
  surprisal: 8321,
  influxdb: 8086,
  prometheus: 9090,
  alertmanager: 9093,
  grafana: 3000,
};

test('its configuration is valid, and the token has a default that the file names', () => {
  expect(config.faults).toEqual([]);
  for (const name of ['surprisal', 'topics', 'simulators'])
    expect(services[name].environment?.SURPRISAL_TOKEN).toBe('${SURPRISAL_TOKEN:-for-this-machine-alone}');
});

test('every file that is mounted is there, every volume and config is declared, every service waited for exists', () => {
  for (const [name, { volumes = [], configs = [], depends_on = [], build }] of Object.entries(services)) {
    for (const volume of volumes) {
      const [from] = volume.split(':');
      if (from.startsWith('.')) expect(existsSync(join(FOLDER, from)), `${name}: ${from}`).toBe(true);
      else expect(Object.keys(compose.volumes), name).toContain(from);
    }
    for (const { source } of configs) expect(existsSync(join(FOLDER, compose.configs[source].file))).toBe(true);
    for (const other of Array.isArray(depends_on) ? depends_on : Object.keys(depends_on))
      expect(services).toHaveProperty([other]);
    if (build) expect(existsSync(join(FOLDER, build.context, build.dockerfile))).toBe(true);
  }
});

test('every address names a service, at the port where it listens', () => {
  const targets = (jobs: readonly Job[]) => jobs.flatMap((job) => job.static_configs.flatMap((one) => one.targets));
  const addresses = [
    ...(config.config?.kafka?.brokers ?? []),
    ...targets(prometheus.scrape_configs),
    ...targets(prometheus.alerting.alertmanagers),
    ...addressesIn(JSON.stringify(config.config?.sinks)),
    ...addressesIn(readFileSync('deploy/grafana/provisioning/datasources/surprisal.yml', 'utf8')),
  ];
  expect(addresses.length).toBeGreaterThan(6);
  for (const address of addresses) {
    const [host = '', port] = address.replace('localhost', 'prometheus').split(':');
    expect(Object.keys(services)).toContain(host);
    expect(Number(port), address).toBe(LISTENS[host]);
  }
});

test('what is seen from outside is seen on this machine alone, at the port where the service listens', () => {
  for (const [name, { ports = [] }] of Object.entries(services))
    for (const port of ports) expect(port).toBe(`127.0.0.1:${LISTENS[name]}:${LISTENS[name]}`);
});

test('every image has a version of its own, and ours can write to nothing but its volume', () => {
  for (const [name, { image, read_only }] of Object.entries(services)) {
    if (image === 'surprisal') expect(read_only, name).toBe(true);
    else expect(image, name).toMatch(/:v?\d+\.\d+/);
  }
});

test('there is a simulated world for every stream, which takes the options that the simulators are given', () => {
  expect(services.simulators.command).toEqual([
    'produce',
    '-c',
    '/etc/surprisal/surprisal.yaml',
    '--history',
    '14d',
    '-o',
    'speed=7200',
  ]);
  for (const world of Object.keys(config.config?.streams ?? {})) {
    const options = { kind: 'simulate', world, start: '2026-01-05T00:00:00Z', speed: 7200, live: true };
    expect(simulate.config.safeParse(options).success, world).toBe(true);
  }
});

test('Grafana is given the dashboards where its provider looks for them', () => {
  const { providers } = parse(readFileSync('deploy/grafana/provisioning/dashboards/surprisal.yml', 'utf8'));
  const mounted = services.grafana.volumes?.map((volume) => volume.split(':')[1]);
  expect(mounted).toContain(providers[0].options.path);
});

test('its head says how to start it, and which Compose it needs', () => {
  const text = readFileSync('deploy/compose.yaml', 'utf8');
  expect(text.split('\n')[0]).toBe('# docker compose -f deploy/compose.yaml up --build');
  expect(text).toMatch(/Needs Compose v2\.\d+ or newer/);
});

test('Kafka keeps its records in its volume, and its health is checked without a JVM', () => {
  const { environment, volumes = [], healthcheck } = services.kafka;
  expect(volumes).toContain(`kafka:${environment?.KAFKA_LOG_DIRS}`);
  expect(healthcheck?.test?.join(' ')).toContain('/dev/tcp/localhost/9092');
  expect(healthcheck?.test?.join(' ')).not.toMatch(/\.sh|java/);
});

/** The VOLUMEs that the images declare: each that nothing is mounted on would be an anonymous volume for each container. */
const DECLARED: Readonly<Record<string, readonly string[]>> = {
  kafka: ['/etc/kafka/secrets', '/var/lib/kafka/data', '/mnt/shared/config'],
  influxdb: ['/var/lib/influxdb'],
  prometheus: ['/prometheus'],
  alertmanager: ['/alertmanager'],
};

test('no container leaves an anonymous volume behind', () => {
  expect(readFileSync('deploy/Dockerfile', 'utf8')).not.toMatch(/^VOLUME/m);
  for (const [name, paths] of Object.entries(DECLARED)) {
    const { volumes = [], tmpfs = [] } = services[name];
    const mounted = [...volumes.map((volume) => volume.split(':')[1]), ...tmpfs.map((path) => path.split(':')[0])];
    expect(mounted, name).toEqual(expect.arrayContaining([...paths]));
  }
});

test('a stop has time for a backlog', () => {
  expect(services.surprisal.stop_grace_period).toBe('60s');
});

describeWith([program], 'Compose itself', () => {
  const check = (file: string, input?: string) =>
    spawnSync(program.path(), ['-f', file, '--project-directory', 'deploy', 'config', '-q'], {
      encoding: 'utf8',
      ...(input === undefined ? {} : { input }),
    });

  test('accepts the file, and rejects one with a key that it does not know', () => {
    expect(check('deploy/compose.yaml')).toMatchObject({ status: 0, stdout: '', stderr: '' });
    const misspelt = readFileSync('deploy/compose.yaml', 'utf8').replace('read_only:', 'readonly:');
    expect(check('-', misspelt).stderr).toContain('readonly');
  });
});
