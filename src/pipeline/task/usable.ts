import { Serial } from '../../async/serial.ts';
import { Slices } from '../../async/slices.ts';
import { type Decoder, decoder } from '../../decode/decoder.ts';
import { type Mapping, namesSchemas } from '../../decode/options.ts';
import { Failure } from '../../errors/failure.ts';
import type { Channel } from '../../event/channel.ts';
import type { RecordBytes } from '../../event/record.ts';

/** Reasons that are given, at most. */
const MOST_REASONS = 3;

/** One push of the process is looked through at a time, so that the slices of several do not add up. */
const turns = new Serial();

/**
 * Looks whether a push has a record that can be decoded; one is enough, for the others are rejected one by one, where
 * all can see it. The check throws
 * `source/unusable` with the first reasons where there is none. Where a schema registry is asked first, it lets
 * everything pass.
 */
export function usable(decode: Mapping, channels: readonly Channel[]): (records: RecordBytes) => Promise<void> {
  if (namesSchemas(decode)) return async () => {};
  const compiled = decoder(decode, channels);
  return (records) => turns.run(() => requireUsable(records, compiled));
}

async function requireUsable(records: RecordBytes, { decode }: Pick<Decoder, 'decode'>): Promise<void> {
  const reasons: string[] = [];
  const slices = new Slices();
  let n = 0;
  for (const value of records) {
    try {
      decode({ value, offset: n, next: n + 1, line: 0, timestampMs: Date.now() });
      return;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (reasons.length < MOST_REASONS) reasons.push(`record ${n}: ${error.message} [${error.code}]`);
    }
    n++;
    if (slices.isOver) await slices.rest();
  }
  const which = records.length === 1 ? 'the record' : `none of ${records.length} records`;
  const verdict = records.length === 1 ? 'cannot be used' : 'can be used';
  throw new Failure('source/unusable', `${which} ${verdict}: ${reasons.join('; ')}`);
}
