import { createRequire } from 'node:module';
import type { Broker, Produced } from './broker.ts';

/* Requests whose bodies we make ourselves, through kafkajs' connections. */

const PRODUCE = { apiKey: 0, apiVersion: 7, apiName: 'Produce' };
const kafkajs = createRequire(import.meta.url);
const produceResponse: { decode(bytes: Buffer): Promise<Produced> } = kafkajs(
  'kafkajs/src/protocol/requests/produce/v7/response.js',
);
const { createErrorFromCode } = kafkajs('kafkajs/src/protocol/error.js') as {
  readonly createErrorFromCode: (code: number) => Error;
};

/** A broker's error by its number, as kafkajs throws it. */
export const brokerError = createErrorFromCode;

/** A request of the protocol, by its number and version. */
export interface Api {
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly apiName: string;
}

/**
 * A request whose body is made already, and how its answer is read. @throws what kafkajs throws of a connection, and
 * what `parse` throws
 */
export async function send<T>(
  broker: Broker,
  api: Api,
  { body, parse }: { readonly body: Buffer; readonly parse: (answer: Buffer) => T | Promise<T> },
): Promise<Awaited<T>> {
  const request = { ...api, expectResponse: () => true, encode: async () => ({ buf: body, buffer: body }) };
  // kafkajs reads a time to wait from what `decode` gives.
  const response = {
    decode: async (answer: Buffer) => ({ answer }),
    parse: async (of: { readonly answer: Buffer }) => await parse(of.answer),
  };
  try {
    return (await broker.connectionPool.send({ request, response })) as Awaited<T>;
  } catch (error) {
    if (error instanceof Error && error.name === 'KafkaJSConnectionClosedError') await broker.disconnect();
    throw error;
  }
}

/** Sends a produce request whose body is made already. The answer's error codes are the caller's to read. */
export async function sendProduce(broker: Broker, body: Buffer): Promise<Produced> {
  return await send(broker, PRODUCE, { body, parse: produceResponse.decode });
}
