import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder, removeFolder } from './folder.ts';
import { java } from './kafka/libraries.ts';
import { jarOf } from './maven.ts';
import { freePort } from './ports.ts';
import { ServerProcess } from './process.ts';
import { answers } from './until.ts';

/** QuestDB, which reads InfluxDB's line protocol with a parser of its own. 28 MB. */
export const questdb = jarOf('org.questdb:questdb:9.1.0');

/** A real QuestDB on 127.0.0.1. */
export interface QuestDb {
  readonly url: string;
  /** Rows of an SQL query. @throws Error with what the server says */
  rows(sql: string): Promise<readonly (readonly unknown[])[]>;
  stop(): Promise<void>;
}

/** Ready in about 5 s. */
export async function startQuestDb(): Promise<QuestDb> {
  const folder = newFolder('questdb');
  const port = await freePort();
  mkdirSync(join(folder, 'conf'));
  const off = ['pg', 'line.tcp', 'line.udp', 'http.min', 'telemetry'].map((part) => `${part}.enabled=false`);
  const settings = [`http.net.bind.to=127.0.0.1:${port}`, `http.bind.to=127.0.0.1:${port}`, ...off];
  writeFileSync(join(folder, 'conf/server.conf'), `${settings.join('\n')}\nshared.worker.count=2\n`);
  const args = ['-Xmx256m', '-p', questdb.path(), '-m', 'io.questdb/io.questdb.ServerMain', '-d', folder];
  const server = new ServerProcess({ name: 'questdb', command: java.path(), args, folder });
  const url = `http://127.0.0.1:${port}`;
  await server.start(() => answers(`${url}/ping`), 90_000);
  return {
    url,
    async rows(sql) {
      const response = await fetch(`${url}/exec?${new URLSearchParams({ query: sql })}`);
      const text = await response.text();
      if (!response.ok) throw new Error(`QuestDB answers ${response.status}: ${text}`);
      const answer: { readonly dataset: readonly (readonly unknown[])[] } = JSON.parse(text);
      return answer.dataset;
    },
    async stop() {
      await server.end('SIGKILL');
      removeFolder(folder);
    },
  };
}
