import { consoleSink } from './console.ts';
import { jsonl } from './jsonl.ts';

/** Every kind of sink. A new one is one file, and one line here. */
export const sinks = [consoleSink, jsonl] as const;
