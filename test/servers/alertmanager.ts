import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder, removeFolder } from './folder.ts';
import { freePort } from './ports.ts';
import { ServerProcess } from './process.ts';
import { debian } from './program.ts';
import { answers } from './until.ts';

/** The server, and its command line client. */
export const alertmanager = debian('prometheus-alertmanager', 'prometheus-alertmanager', 'alertmanager');
export const amtool = debian('prometheus-alertmanager', 'amtool');

/** A real Alertmanager on 127.0.0.1. */
export interface Alertmanager {
  /** `host:port`, as Prometheus wants it. */
  readonly address: string;
  readonly url: string;
  stop(): Promise<void>;
}

/** Whom it tells, within about a second; nobody where absent. */
export interface AlertmanagerOptions {
  readonly webhookUrl?: string;
}

/** Ready in about a second. */
export async function startAlertmanager({ webhookUrl }: AlertmanagerOptions = {}): Promise<Alertmanager> {
  const folder = newFolder('alertmanager');
  const address = `127.0.0.1:${await freePort()}`;
  const config = join(folder, 'alertmanager.yml');
  const webhooks = webhookUrl === undefined ? [] : [{ url: webhookUrl, send_resolved: true }];
  const route = { receiver: 'test', group_wait: '0s', group_interval: '1s', repeat_interval: '1h' };
  writeFileSync(config, JSON.stringify({ route, receivers: [{ name: 'test', webhook_configs: webhooks }] }));
  const args = [
    `--config.file=${config}`,
    `--storage.path=${join(folder, 'data')}`,
    `--web.listen-address=${address}`,
    '--cluster.listen-address=',
  ];
  const server = new ServerProcess({ name: 'alertmanager', command: alertmanager.path(), args, folder });
  await server.start(() => answers(`http://${address}/-/ready`));
  return {
    address,
    url: `http://${address}`,
    async stop() {
      await server.end('SIGKILL');
      removeFolder(folder);
    },
  };
}
