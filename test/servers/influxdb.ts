import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder, removeFolder } from './folder.ts';
import { freePorts } from './ports.ts';
import { ServerProcess } from './process.ts';
import { debian } from './program.ts';
import { answers } from './until.ts';

/** The server, and its command line client. */
export const influxd = debian('influxdb', 'influxd');
export const influxClient = debian('influxdb-client', 'influx');

/** A real InfluxDB 1.x on 127.0.0.1. Its data outlive `kill` and `restart`. */
export interface Influxdb {
  readonly port: number;
  readonly url: string;
  /** An InfluxQL statement, with further parameters such as `db`. @throws Error with what the server says */
  query(statement: string, more?: Readonly<Record<string, string>>): Promise<unknown>;
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** How it is set up. */
export interface InfluxdbOptions {
  /** May do everything; without it the server asks for none. */
  readonly login?: { readonly username: string; readonly password: string } | undefined;
  /** Where its data are; a folder of its own where absent. */
  readonly folder?: string;
}

/** Ready in well under a second. */
export async function startInfluxdb({
  login,
  folder = newFolder('influxdb'),
}: InfluxdbOptions = {}): Promise<Influxdb> {
  mkdirSync(folder, { recursive: true });
  const [port = 0, backup = 0] = await freePorts(2);
  const url = `http://127.0.0.1:${port}`;
  const config = join(folder, 'influxdb.conf');
  writeFileSync(config, configuration(folder, { port, backup, auth: login !== undefined }));
  const server = new ServerProcess({ name: 'influxd', command: influxd.path(), args: ['-config', config], folder });
  const start = () => server.start(() => answers(`${url}/ping`));
  await start();
  const headers: Record<string, string> = {};
  const query: Influxdb['query'] = (statement, more) => ask(url, { ...more, q: statement }, headers);
  if (login !== undefined) {
    await query(`CREATE USER ${login.username} WITH PASSWORD '${login.password}' WITH ALL PRIVILEGES`);
    headers.authorization = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
  }
  return {
    port,
    url,
    query,
    kill: () => server.end('SIGKILL'),
    restart: start,
    async stop() {
      await server.end('SIGKILL');
      removeFolder(folder);
    },
  };
}

type Texts = Readonly<Record<string, string>>;

async function ask(url: string, parameters: Texts, headers: Texts): Promise<unknown> {
  const response = await fetch(`${url}/query`, { method: 'POST', headers, body: new URLSearchParams(parameters) });
  const body = await response.text();
  if (!response.ok) throw new Error(`InfluxDB answers ${response.status}: ${body}`);
  return JSON.parse(body);
}

interface Listens {
  readonly port: number;
  readonly backup: number;
  readonly auth: boolean;
}

function configuration(folder: string, { port, backup, auth }: Listens): string {
  return `reporting-disabled = true
bind-address = "127.0.0.1:${backup}"
[meta]
dir = "${folder}/meta"
[data]
dir = "${folder}/data"
wal-dir = "${folder}/wal"
query-log-enabled = false
[monitor]
store-enabled = false
[http]
bind-address = "127.0.0.1:${port}"
auth-enabled = ${auth}
log-enabled = false
`;
}
