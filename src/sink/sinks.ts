import { alertmanager } from './alertmanager.ts';
import { consoleSink } from './console.ts';
import { influxdb } from './influxdb.ts';
import { jsonl } from './jsonl.ts';
import { webhook } from './webhook.ts';

/** Every kind of sink there is. */
export const sinks = [consoleSink, jsonl, influxdb, alertmanager, webhook] as const;
