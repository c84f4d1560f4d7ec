import { consoleSink } from './console.ts';
import { jsonl } from './jsonl.ts';

/** Every kind of sink there is. */
export const sinks = [consoleSink, jsonl] as const;
