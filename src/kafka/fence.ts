import { setTimeout } from 'node:timers/promises';
import type { Kafka, Producer } from 'kafkajs';
import { Failure } from '../errors/failure.ts';
import { kafkaFailure } from './failure.ts';
import type { Wire } from './wire.ts';

const FIRST_WAIT_MS = 5;
const LONGEST_WAIT_MS = 50;
/** A coordinator that moves, or is only being made, is waited for; then it is the caller's to try again. */
const MOVES_WITHIN_MS = 10_000;

/** Whose transactions these are, and how long one may take, ms. */
export interface Transactions {
  readonly id: string;
  readonly timeoutMs: number;
}

/**
 * A producer that alone may write under this id: whoever had it before is fenced, and what it left pending has ended, when this resolves.
 * Only then do offsets that are read say where to go on. Waits while the coordinator still ends the transaction of the one before.
 * @throws Failure kafka/*
 */
export async function fence(
  kafka: Kafka,
  wire: Wire,
  { id, timeoutMs }: Transactions,
  signal: AbortSignal,
): Promise<Producer> {
  const giveUpAt = performance.now() + MOVES_WITHIN_MS;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    signal.throwIfAborted();
    try {
      await wire.initProducerId(id, timeoutMs);
      break;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (!isConcurrent(error) && (!isSaid(error, MOVING) || performance.now() > giveUpAt)) throw error;
      await setTimeout(waitMs);
    }
  }
  return await claimed(kafka, { id, timeoutMs });
}

const MOVING = /^(NOT_COORDINATOR_FOR_GROUP|GROUP_COORDINATOR_NOT_AVAILABLE|GROUP_LOAD_IN_PROGRESS)$/;

/** Whether the transaction before has not quite ended. */
export function isConcurrent(failure: Failure): boolean {
  return isSaid(failure, /^CONCURRENT_TRANSACTIONS$/);
}

/** Whether the brokers' own name of the error, somewhere below the failure, is such a one. */
function isSaid(failure: Failure, type: RegExp): boolean {
  for (let cause = failure.cause; cause instanceof Error; cause = cause.cause) {
    if ('type' in cause && type.test(String(cause.type))) return true;
  }
  return false;
}

/** kafkajs asks for its producer id with the first transaction, so an empty one comes first: later ones ask no more. */
async function claimed(kafka: Kafka, { id, timeoutMs }: Transactions): Promise<Producer> {
  const producer = kafka.producer({
    transactionalId: id,
    transactionTimeout: timeoutMs,
    allowAutoTopicCreation: false,
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition ?? 0,
    retry: { retries: 0 },
  });
  try {
    await producer.connect();
    await (await producer.transaction()).abort();
    return producer;
  } catch (error) {
    await producer.disconnect().catch(() => {});
    throw kafkaFailure(error, id);
  }
}
