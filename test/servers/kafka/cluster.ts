import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { EXPIRED, issue, newAuthority, VALID } from '../certificates.ts';
import { newFolder, removeFolder } from '../folder.ts';
import { freePorts } from '../ports.ts';
import { ServerProcess } from '../process.ts';
import { swallowingProxy } from '../swallowing-proxy.ts';
import { java, kafkaLibraries } from './libraries.ts';
import { LOGIN, type Node, properties, type Security } from './properties.ts';

const READY_WITHIN_MS = 90_000;
const MEMORY = ['-Xms128m', '-Xmx256m', '-XX:TieredStopAtLevel=1'];

/** What sort of cluster. */
export interface KafkaOptions {
  /** Of the first node's clients' listener; a free one unless said otherwise. */
  readonly port?: number;
  /** 1 unless said otherwise. */
  readonly nodes?: 1 | 3;
  /** `separate`: a node of its own, which each broker reaches through a proxy, so that it can be cut off. */
  readonly controller?: 'separate';
  /** Of the clients' listener; `plaintext` unless said otherwise. `ssl`: the client's certificate is its login. */
  readonly security?: Security;
  /** Of the nodes' certificate, where there is one. */
  readonly certificate?: 'valid' | 'expired';
}

/** A real Kafka in KRaft mode on 127.0.0.1. Nodes count from 0; their data outlive `kill` and `restart`. */
export interface KafkaCluster {
  /** `host:port` of the clients' listeners. */
  readonly brokers: readonly string[];
  /** PEM of the authority that signed the nodes' certificate, one that did not, and a client's own; absent without TLS. */
  readonly tls?: { readonly ca: string; readonly otherCa: string; readonly key: string; readonly certificate: string };
  /** Good for PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512. */
  readonly login: typeof LOGIN;
  /** Where a node keeps its partitions, a folder for each: `topic-0`. */
  data(node: number): string;
  /** As kill -9. */
  kill(node: number): Promise<void>;
  pause(node: number): void;
  resume(node: number): void;
  /** Where the controller is separate: the node no longer hears of it, nor it of the node; clients still reach both. */
  cutOff(node: number): void;
  /** Ends that. */
  reconnect(node: number): void;
  /** Starts a killed node again and waits until the cluster counts it. */
  restart(node: number): Promise<void>;
  stop(): Promise<void>;
}

/** One node is ready in about 4 s, three in 11–21 s; more under load. @throws Error with the end of a node's log */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaCluster> {
  const folder = newFolder('kafka');
  const nodes = await layOut(folder, options);
  const brokers = nodes.filter(({ role }) => role !== 'controller');
  const security = options.security ?? 'plaintext';
  const tls = security !== 'plaintext' ? secure(folder, nodes, options.certificate ?? 'valid') : undefined;
  const cluster = newClusterId();
  for (const node of nodes) await format(node, cluster, properties(node, nodes, security));
  const servers = nodes.map((node) => serverOf(node));
  const start = (place: number) => servers[place]?.start(() => counted(nodes, place), READY_WITHIN_MS);
  const proxies = await Promise.all(
    brokers.flatMap(({ proxy }) => (proxy === undefined ? [] : [swallowingProxy(proxy, controllerOf(nodes))])),
  );
  const stop = async () => {
    await Promise.all(servers.map((server) => server.end('SIGKILL')));
    await Promise.all(proxies.map((proxy) => proxy.close()));
    removeFolder(folder);
  };
  try {
    await Promise.all(servers.map((_, place) => start(place)));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    brokers: brokers.map(({ ports }) => `127.0.0.1:${ports.client}`),
    ...(tls === undefined ? {} : { tls }),
    login: LOGIN,
    data: (node) => join(nodes[node]?.folder ?? '', 'data'),
    kill: async (node) => servers[node]?.end('SIGKILL'),
    pause: (node) => servers[node]?.signal('SIGSTOP'),
    resume: (node) => servers[node]?.signal('SIGCONT'),
    cutOff: (node) => proxies[node]?.swallow(),
    reconnect: (node) => proxies[node]?.pass(),
    restart: async (node) => start(node),
    stop,
  };
}

/** Sixteen bytes in base64url, as Kafka makes its own: never with a `-` in front, which its tools take for an option. */
function newClusterId(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  return bytes.toString('base64url');
}

async function layOut(folder: string, { nodes = 1, port, controller }: KafkaOptions): Promise<readonly Node[]> {
  const count = controller === undefined ? nodes : nodes + 1;
  const free = await freePorts(count * 4);
  return Array.from({ length: count }, (_, place) => {
    const [client = 0, internal = 0, quorum = 0, proxy = 0] = free.slice(place * 4);
    const own = join(folder, `node-${place}`);
    mkdirSync(own);
    const ports = { client: place === 0 ? (port ?? client) : client, internal, controller: quorum };
    const node = { id: place + 1, folder: own, ports };
    if (controller === undefined) return { ...node, role: 'both' };
    return place < nodes ? { ...node, role: 'broker', proxy } : { ...node, role: 'controller' };
  });
}

function controllerOf(nodes: readonly Node[]): number {
  return nodes.find(({ role }) => role === 'controller')?.ports.controller ?? 0;
}

function secure(folder: string, nodes: readonly Node[], certificate: 'valid' | 'expired') {
  const authority = newAuthority(join(folder, 'ca'), 'test authority');
  const server = issue(authority, 'kafka', certificate === 'expired' ? EXPIRED : VALID);
  const client = issue(authority, 'client', VALID);
  for (const node of nodes) {
    writeFileSync(join(node.folder, 'server.pem'), server.key + server.certificate);
    writeFileSync(join(node.folder, 'ca.pem'), authority.certificate);
  }
  const otherCa = newAuthority(join(folder, 'other-ca'), 'other authority').certificate;
  return { ca: authority.certificate, otherCa, ...client };
}

async function format(node: Node, cluster: string, text: string): Promise<void> {
  const file = join(node.folder, 'server.properties');
  writeFileSync(file, text);
  const users = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
    '--add-scram',
    `${mechanism}=[name=${LOGIN.username},password=${LOGIN.password}]`,
  ]);
  const args = ['format', '--cluster-id', cluster, '--config', file, ...users];
  await promisify(execFile)(java.path(), [...MEMORY, ...classPath(), 'kafka.tools.StorageTool', ...args]);
}

function serverOf(node: Node): ServerProcess {
  const args = [...MEMORY, ...classPath(), 'kafka.Kafka', join(node.folder, 'server.properties')];
  return new ServerProcess({ name: `kafka-${node.id}`, command: java.path(), args, folder: node.folder });
}

function classPath(): readonly string[] {
  return ['-cp', join(kafkaLibraries.folder(), '*')];
}

/** The node itself answers, and knows itself among the brokers; a controller has to be there for them alone. */
async function counted(nodes: readonly Node[], place: number): Promise<boolean> {
  const node = nodes[place];
  if (node?.role === 'controller') return true;
  const brokers = [`127.0.0.1:${node?.ports.internal}`];
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING, retry: { retries: 0 }, connectionTimeout: 2_000 });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const { brokers: known } = await admin.describeCluster();
    return known.some(({ nodeId }) => nodeId === node?.id);
  } catch {
    return false;
  } finally {
    await admin.disconnect();
  }
}
