import type { FailureCode } from '../errors/codes.ts';
import { Failure } from '../errors/failure.ts';
import { connectionFault } from '../network/connection-fault.ts';

interface Named {
  readonly code: FailureCode;
  readonly message: string;
}

/**
 * What went wrong between us and the brokers, by our codes: the one place that knows kafkajs' errors. `where`:
 * topic/partition, a topic, a group … A `Failure` is returned as it is. The message is our own, but for what a broker
 * says of a request.
 * @throws the error itself where kafkajs has nothing to do with it: that is a bug
 */
export function kafkaFailure(error: unknown, where?: string): Failure {
  const chain = causes(error);
  const known = chain.find((cause) => cause instanceof Failure);
  if (known !== undefined) return known;
  const root = chain.at(-1);
  if (!(root instanceof Error) || !chain.some(isOfKafka)) throw error;
  if (/^(Type|Range|Reference|Syntax)Error$/.test(root.name) && unanswered(root) === undefined) throw error;
  const { code, message } = named(chain, root);
  return new Failure(code, message, { cause: error, ...(where === undefined ? {} : { where }) });
}

/**
 * Whether it is worth trying again, where the topics were there when the run began: while leadership moves, a broker
 * may not know a topic that the others know.
 */
export function isPassing({ code, remedy }: Failure): boolean {
  return remedy === 'retry' || code === 'kafka/no-topic';
}

/** The error, what caused it, and so on; of several at once, the first. */
function causes(error: unknown): readonly unknown[] {
  const chain: unknown[] = [];
  for (let cause = error; cause instanceof Error && !chain.includes(cause); ) {
    chain.push(cause);
    const [first] = list(field(cause, 'errors'));
    cause = first ?? cause.cause;
  }
  return chain;
}

function isOfKafka(error: unknown): boolean {
  return error instanceof Error && (error.name.startsWith('KafkaJS') || unanswered(error) !== undefined);
}

/** What kafkajs throws, or does by mistake, where no broker answers: some of it has no type of its own. */
const UNANSWERED: readonly RegExp[] = [
  /^Broker not connected$/,
  /topicMetadata.*\bnull\b|\bnull\b.*topicMetadata/,
  /^Failed to find group coordinator$/,
  /^No brokers in the broker pool$/,
  /^Timeout while acquiring lock/,
  /not found in the cached metadata$/,
];

function unanswered(error: unknown): Named | undefined {
  if (!(error instanceof Error) || !UNANSWERED.some((words) => words.test(error.message))) return undefined;
  return unreachable('none of the brokers answers');
}

function named(chain: readonly unknown[], root: Error): Named {
  for (const error of chain) {
    const found = byType(error) ?? byConnection(error) ?? unanswered(error);
    if (found !== undefined) return found;
  }
  return (
    byWords(root.message) ?? {
      code: 'kafka/unavailable',
      message: `the brokers cannot process the request: ${root.message}`,
    }
  );
}

const FENCED = 'another producer has this transactional id now';

const TYPES: readonly (readonly [RegExp, FailureCode, string])[] = [
  [/^SASL_AUTHENTICATION_FAILED$/, 'kafka/login-refused', 'the brokers refuse this user name or password'],
  [/^UNSUPPORTED_SASL_MECHANISM$/, 'kafka/login-refused', 'the brokers do not offer this `sasl.mechanism`'],
  [/^ILLEGAL_SASL_STATE$/, 'kafka/login-refused', 'this port of the brokers has SASL disabled'],
  [/^(UNKNOWN_TOPIC_OR_PARTITION|INVALID_TOPIC_EXCEPTION)$/, 'kafka/no-topic', 'there is no such topic or partition'],
  [/^TOPIC_AUTHORIZATION_FAILED$/, 'kafka/not-allowed', 'this user may not use the topic'],
  [/^GROUP_AUTHORIZATION_FAILED$/, 'kafka/not-allowed', 'this user may not use the group'],
  [/^TRANSACTIONAL_ID_AUTHORIZATION_FAILED$/, 'kafka/not-allowed', 'this user may not use the transactional id'],
  [/AUTHORIZATION_FAILED$/, 'kafka/not-allowed', 'this user may not do that on the cluster'],
  [
    /^(INVALID_PRODUCER_EPOCH|INVALID_PRODUCER_ID_MAPPING|UNKNOWN_PRODUCER_ID|TRANSACTION_COORDINATOR_FENCED)$/,
    'kafka/fenced',
    FENCED,
  ],
  [
    /^(ILLEGAL_GENERATION|UNKNOWN_MEMBER_ID|FENCED_INSTANCE_ID)$/,
    'kafka/fenced',
    'the group continued without this member',
  ],
  [
    /^OFFSET_OUT_OF_RANGE$/,
    'kafka/offset-out-of-range',
    'the topic no longer has, or never had, the offset to continue from',
  ],
  [/^INVALID_SESSION_TIMEOUT$/, 'kafka/timeout-refused', 'the brokers do not allow this `session_timeout`'],
  [/^INVALID_TRANSACTION_TIMEOUT$/, 'kafka/timeout-refused', 'the brokers do not allow this `transaction_timeout`'],
  [/^(MESSAGE_TOO_LARGE|RECORD_LIST_TOO_LARGE)$/, 'kafka/too-large', 'the brokers take no record of this size'],
];

/** What kafkajs has no name for: PRODUCER_FENCED. */
const PRODUCER_FENCED = 'Unknown error code 90';

/** By the name that the protocol gives the error. */
function byType(error: unknown): Named | undefined {
  const type = field(error, 'type');
  if (typeof type !== 'string') return undefined;
  if (field(error, 'message') === PRODUCER_FENCED) return { code: 'kafka/fenced', message: FENCED };
  const found = TYPES.find(([pattern]) => pattern.test(type));
  return found && { code: found[1], message: found[2] };
}

/** By what `node:net`, `node:tls` and kafkajs say of a connection. */
function byConnection(error: unknown): Named | undefined {
  if (!(error instanceof Error) || !/^KafkaJS(Connection|RequestTimeout)/.test(error.name)) return undefined;
  const { message } = error;
  const broker = String(field(error, 'broker') ?? 'a broker');
  const fault = connectionFault(error, broker);
  if (fault !== undefined) return { code: fault.isTls ? 'kafka/tls' : 'kafka/unreachable', message: fault.message };
  if (/^(Closed connection|Connection closed)/.test(message))
    return unreachable(`${broker} closed the connection: does its port want TLS, or a login?`);
  return unreachable(`${broker} does not answer: ${message}`);
}

/** By the words alone, where kafkajs wraps a reason into a login that failed. */
function byWords(message: string): Named | undefined {
  if (!message.startsWith('SASL')) return undefined;
  if (/not supported by the server/.test(message))
    return { code: 'kafka/login-refused', message: 'the brokers do not offer this `sasl.mechanism`' };
  if (/[Cc]losed|Not connected|timed out|Connection error/.test(message))
    return unreachable(`a broker closed the connection during the login: ${message}`);
  return { code: 'kafka/login-refused', message: 'the brokers refuse this user name or password' };
}

function unreachable(message: string): Named {
  return { code: 'kafka/unreachable', message };
}

function field(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null ? Reflect.get(of, name) : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
