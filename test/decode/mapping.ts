import { type DecodeOptions, decodeOptions } from '../../src/decode/options.ts';
import { Failure } from '../../src/errors/failure.ts';
import { type Channel, channelOptions } from '../../src/event/channel.ts';
import type { SourceRecord } from '../../src/event/record.ts';

/** A channel with the options as they stand in YAML. */
export const channel = (name: string, yaml: object = {}): Channel => ({ ...channelOptions.parse(yaml), name });

export const mapping = (yaml: unknown): DecodeOptions => decodeOptions.parse(yaml);

/** A record with this text or these bytes. */
export const record = (value: string | Uint8Array, more: Partial<SourceRecord> = {}): SourceRecord => ({
  value: typeof value === 'string' ? new TextEncoder().encode(value) : value,
  offset: 0,
  next: 1,
  line: 1,
  ...more,
});

/** The failure as `code: message`, or what was given instead. Anything else that is thrown is thrown on. */
export function failure(action: () => unknown): string {
  try {
    return `no failure but ${JSON.stringify(action())}`;
  } catch (error) {
    if (error instanceof Failure) return `${error.code}: ${error.message}`;
    throw error;
  }
}
