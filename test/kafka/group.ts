import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel, type Message } from 'kafkajs';
import { topicNames } from '../../src/kafka/names.ts';
import type { SharedKafka } from '../servers/kafka/shared-broker.ts';
import { Member } from './member.ts';
import { newTopic, type Read, readAll, untilRead } from './topic.ts';

/** Settings of a configuration, beside those that every group here has. */
export interface Settings {
  readonly kafka?: object;
  readonly state?: object;
  readonly server?: object;
  readonly source?: object;
  readonly stream?: object;
  readonly sinks?: object;
  /** Streams beside `room`. */
  readonly others?: object;
}

/** A consumer group of the real program, with a topic and a folder of its own on a cluster that tests share. */
export class Group {
  readonly name: string;
  readonly kafka: Kafka;
  readonly folder: string;
  readonly #brokers: string;
  readonly #settings: Settings;
  #members = 0;

  /** Its input is the topic `<name>-in`. */
  constructor(cluster: Pick<SharedKafka, 'brokers'>, name: string, settings: Settings = {}) {
    this.name = name;
    this.kafka = new Kafka({ brokers: [...cluster.brokers], logLevel: logLevel.NOTHING });
    this.folder = mkdtempSync(join(tmpdir(), `surprisal-${name}-`));
    this.#brokers = cluster.brokers.join();
    this.#settings = settings;
  }

  get input(): string {
    return `${this.name}-in`;
  }

  get changelog(): string {
    return topicNames.changelog(this.name, 'room');
  }

  async createInput(partitions: number): Promise<void> {
    await newTopic(this.kafka, this.input, partitions);
  }

  /** Appends to the input, or to another topic. */
  async write(messages: readonly Message[], topic = this.input): Promise<void> {
    // A topic may be so new that a try fails in one of its partitions: what the others took must not come twice.
    const producer = this.kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    // Each large record in a request of its own.
    const isLarge = ({ value }: Message) => (value?.length ?? 0) > 100_000;
    await producer.send({ topic, messages: messages.filter((message) => !isLarge(message)) });
    for (const message of messages.filter(isLarge)) await producer.send({ topic, messages: [message] });
    await producer.disconnect();
  }

  /** Writes the configuration of the next member. */
  configure(settings: Settings = {}): string {
    const { kafka, state, server, source, stream, sinks, others } = { ...this.#settings, ...settings };
    const config = join(this.folder, `member-${++this.#members}.yaml`);
    const soon = { session_timeout: '6s', heartbeat_interval: '500ms', rebalance_timeout: '10s' };
    const room = {
      source: { kind: 'kafka', topic: this.input, ...source },
      decode: { key: 'id' },
      channels: { value: {} },
      network: { hidden: 4, steps: 4, engine: 'wasm' },
      ...stream,
    };
    // JSON is YAML.
    const text = JSON.stringify({
      group: this.name,
      kafka: { brokers: this.#brokers, ...soon, ...kafka },
      state: { folder: join(this.folder, 'state'), commit_interval: '100ms', ...state },
      server: server ?? { enabled: false },
      streams: { room, ...others },
      sinks: sinks ?? {},
    });
    writeFileSync(config, text);
    return config;
  }

  /** A member that is not started. */
  member(settings: Settings = {}): Member {
    const config = this.configure(settings);
    return new Member(['run', '-c', config], config.replace('.yaml', '.log'));
  }

  /** A member that runs. */
  start(settings: Settings = {}): Member {
    const member = this.member(settings);
    member.start();
    return member;
  }

  /** Until everything in the input, or in another topic, is committed. */
  async untilRead(withinMs = 60_000, topic = this.input): Promise<void> {
    await untilRead(this.kafka, this.name, topic, withinMs);
  }

  async scores(): Promise<readonly Read[]> {
    return await readAll(this.kafka, topicNames.scores(this.name));
  }

  async deadLetters(): Promise<readonly Read[]> {
    return await readAll(this.kafka, topicNames.deadLetters(this.input));
  }

  /** Lines of a file in its folder, each a JSON document. */
  lines(file: string): readonly Readonly<Record<string, unknown>>[] {
    const text = readFileSync(join(this.folder, file), 'utf8');
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }
}
