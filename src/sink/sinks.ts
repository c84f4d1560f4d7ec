import { alertmanager } from './alertmanager.ts';
import { consoleSink } from './console/console.ts';
import { influxdb } from './influxdb/influxdb.ts';
import { jsonl } from './jsonl/jsonl.ts';
import { webhook } from './webhook/webhook.ts';

/** Every kind of sink there is. */
export const sinks = [consoleSink, jsonl, influxdb, alertmanager, webhook] as const;
