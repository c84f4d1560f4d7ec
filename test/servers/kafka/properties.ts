/** One node of a cluster, by the files and ports it has. */
export interface Node {
  readonly id: number;
  readonly folder: string;
  /** For clients; for the brokers and the tests themselves; for the controllers. */
  readonly ports: { readonly client: number; readonly internal: number; readonly controller: number };
  readonly role: 'broker' | 'controller' | 'both';
  /** Where it finds the controller, if that is another node: `proxy`, which may swallow what they say. */
  readonly proxy?: number;
}

/** Who may enter through the secured listener, with PLAIN and with SCRAM. */
export const LOGIN = { username: 'alice', password: 'alice-secret' };

/** How clients come in. */
export type Security = 'plaintext' | 'ssl' | 'sasl_ssl';

/** `server.properties` of a node; secured nodes have `server.pem` and `ca.pem` beside it. */
export function properties(node: Node, nodes: readonly Node[], security: Security): string {
  const { id, folder } = node;
  const voters = nodes.filter(({ role }) => role !== 'broker');
  const portOf = (other: Node) => (other === node ? other.ports.controller : (node.proxy ?? other.ports.controller));
  const settings = {
    'process.roles': node.role === 'both' ? 'broker,controller' : node.role,
    'node.id': id,
    'controller.quorum.voters': voters.map((other) => `${other.id}@127.0.0.1:${portOf(other)}`).join(),
    ...listeners(node),
    'listener.security.protocol.map': `CLIENT:${security.toUpperCase()},INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT`,
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': `${folder}/data`,
    'auto.create.topics.enable': false,
    // A node that has not joined by then ends itself; a busy machine is no reason.
    'initial.broker.registration.timeout.ms': 300_000,
    'group.initial.rebalance.delay.ms': 0,
    'log.cleaner.dedupe.buffer.size': 16_777_216,
    'log.cleaner.backoff.ms': 500,
    // How often it is looked for transactions that have taken too long.
    'transaction.abort.timed.out.transaction.cleanup.interval.ms': 500,
    ...replication(nodes.filter(({ role }) => role !== 'controller').length),
    ...(security === 'plaintext' ? {} : encryption(folder, security)),
    ...(security === 'sasl_ssl' ? logins() : {}),
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

function listeners({ role, ports }: Node): Readonly<Record<string, string>> {
  const controller = `CONTROLLER://127.0.0.1:${ports.controller}`;
  if (role === 'controller') return { listeners: controller };
  const own = `CLIENT://127.0.0.1:${ports.client},INTERNAL://127.0.0.1:${ports.internal}`;
  return {
    listeners: role === 'both' ? `${own},${controller}` : own,
    'advertised.listeners': own,
    'inter.broker.listener.name': 'INTERNAL',
  };
}

/** Few partitions, since each costs start-up time; a majority in sync, so that one of three nodes may die. */
function replication(nodes: number): Readonly<Record<string, number>> {
  const inSync = nodes > 1 ? 2 : 1;
  return {
    'default.replication.factor': nodes,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': nodes,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': nodes,
    'transaction.state.log.min.isr': inSync,
    'transaction.state.log.num.partitions': 4,
  };
}

function encryption(folder: string, security: Security): Readonly<Record<string, string>> {
  return {
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': `${folder}/server.pem`,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': `${folder}/ca.pem`,
    'ssl.client.auth': security === 'ssl' ? 'required' : 'requested',
  };
}

function logins(): Readonly<Record<string, string>> {
  const { username, password } = LOGIN;
  const jaas = (mechanism: string, rest: string) =>
    `org.apache.kafka.common.security.${mechanism}LoginModule required ${rest};`;
  return {
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.client.plain.sasl.jaas.config': jaas('plain.Plain', `user_${username}="${password}"`),
    'listener.name.client.scram-sha-256.sasl.jaas.config': jaas('scram.Scram', ''),
    'listener.name.client.scram-sha-512.sasl.jaas.config': jaas('scram.Scram', ''),
  };
}
