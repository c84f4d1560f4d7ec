import { consoleSink } from './console.ts';
import { influxdb } from './influxdb.ts';
import { jsonl } from './jsonl.ts';

/** Every kind of sink there is. */
export const sinks = [consoleSink, jsonl, influxdb] as const;
