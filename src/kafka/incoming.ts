import { z } from 'zod';
import { Failure } from '../errors/failure.ts';
import type { Output, RejectOutput } from '../event/output.ts';
import { avroScore } from './score-avro.ts';
import { AVRO_TYPE } from './score-records.ts';
import type { Message } from './wire.ts';

const KEPT_BYTES = 4096;

const ours = z.looseObject({
  kind: z.enum(['score', 'alert']),
  stream: z.string(),
  series: z.string(),
  timeMs: z.number(),
});

/**
 * The output that a record of our topics holds: the way back of `outgoing`.
 * @throws Failure decode/syntax where somebody else wrote it
 */
export function incoming({ value, headers, offset }: Message): Output {
  if (headers.some(([name]) => name === 'dlq_reason')) return reject(value, new Map(headers));
  try {
    if (headers.some(([name, text]) => name === 'content-type' && text?.toString() === AVRO_TYPE))
      return avroScore(value ?? Buffer.alloc(0));
    const output: unknown = JSON.parse(String(value));
    ours.parse(output);
    // `outgoing` wrote what has these fields, and it writes whole outputs.
    return output as Output;
  } catch (cause) {
    throw new Failure('decode/syntax', `the record at offset ${offset} is no output of ours`, { cause });
  }
}

function reject(value: Buffer | null, headers: ReadonlyMap<string, Buffer | null>): RejectOutput {
  const text = (name: string): string | undefined => headers.get(name)?.toString();
  const series = text('dlq_series');
  const time = text('dlq_time');
  return {
    kind: 'reject',
    stream: text('dlq_stream') ?? '',
    reason: text('dlq_reason') ?? '',
    message: text('dlq_message') ?? '',
    offset: Number(text('dlq_offset')),
    ...(series === undefined ? {} : { series }),
    ...(time === undefined ? {} : { timeMs: Date.parse(time) }),
    record: (value ?? Buffer.alloc(0)).subarray(0, KEPT_BYTES).toString('base64'),
  };
}
