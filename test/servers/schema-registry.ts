import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder, removeFolder } from './folder.ts';
import { java, maven } from './kafka/libraries.ts';
import { freePorts } from './ports.ts';
import { ServerProcess } from './process.ts';
import type { Needed } from './program.ts';
import { answers } from './until.ts';

/** The last that runs on Java 17. */
const VERSION = '3.0.9';
const CACHE = join(import.meta.dirname, '../../.servers');
const FOLDER = join(CACHE, `apicurio-registry-${VERSION}`);
const READY_WITHIN_MS = 90_000;
const MEMORY = ['-Xmx256m', '-XX:TieredStopAtLevel=1'];

/** Apicurio Registry, which speaks Confluent's API too; fetched once, 109 MB, and kept in `.servers`. */
export const apicurio: Needed = {
  missing: () => java.missing() ?? (existsSync(FOLDER) ? undefined : (maven.missing() ?? fetched())),
};

/** Into a folder of its own first, so that another test file that fetches too never sees half of it. */
function fetched(): string | undefined {
  mkdirSync(CACHE, { recursive: true });
  const partial = mkdtempSync(join(CACHE, 'partial-'));
  const artifact = `io.apicurio:apicurio-registry-app:${VERSION}:tar.gz:all`;
  const copy = ['dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${partial}`];
  const packed = join(partial, `apicurio-registry-app-${VERSION}-all.tar.gz`);
  const done = [
    () => spawnSync(maven.path(), ['-q', '-B', ...copy], { cwd: partial, encoding: 'utf8' }),
    () => spawnSync('tar', ['xzf', packed, '-C', partial], { encoding: 'utf8' }),
  ].map((step) => step());
  const failed = done.find(({ status }) => status !== 0);
  rmSync(packed, { force: true });
  if (failed === undefined && !existsSync(FOLDER)) renameSync(partial, FOLDER);
  else rmSync(partial, { recursive: true });
  return failed && `Maven cannot fetch Apicurio Registry: ${`${failed.stdout}${failed.stderr}`.slice(0, 500)}`;
}

/** What is registered. */
export interface Registering {
  readonly schema: unknown;
  /** AVRO unless said otherwise. */
  readonly schemaType?: 'AVRO' | 'JSON' | 'PROTOBUF';
  readonly references?: readonly { readonly name: string; readonly subject: string; readonly version: number }[];
}

/** A real schema registry on 127.0.0.1; it forgets all when it stops. */
export interface SchemaRegistryServer {
  /** Of Confluent's API. */
  readonly url: string;
  /** Gives the schema's id. @throws Error with what the registry says */
  register(subject: string, registering: Registering): Promise<number>;
  stop(): Promise<void>;
}

/** Ready in about 8 s. */
export async function startSchemaRegistry(): Promise<SchemaRegistryServer> {
  const folder = newFolder('schema-registry');
  const [port = 0, management = 0] = await freePorts(2);
  const listening = Object.entries({ http: port, management }).flatMap(([name, at]) => [
    `-Dquarkus.${name}.host=127.0.0.1`,
    `-Dquarkus.${name}.port=${at}`,
  ]);
  const jar = join(FOLDER, `apicurio-registry-app-${VERSION}-runner.jar`);
  const args = [...MEMORY, ...listening, '-jar', jar];
  const server = new ServerProcess({ name: 'schema-registry', command: java.path(), args, folder });
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7`;
  await server.start(() => answers(`${url}/subjects`), READY_WITHIN_MS);
  return {
    url,
    register: (subject, registering) => register(`${url}/subjects/${subject}/versions`, registering),
    async stop() {
      await server.end('SIGKILL');
      removeFolder(folder);
    },
  };
}

async function register(url: string, { schema, ...more }: Registering): Promise<number> {
  const body = JSON.stringify({ schema: typeof schema === 'string' ? schema : JSON.stringify(schema), ...more });
  const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' };
  const response = await fetch(url, { method: 'POST', headers, body });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`the schema registry answers ${response.status}: ${JSON.stringify(answer)}`);
  return Number(Reflect.get(Object(answer), 'id'));
}
