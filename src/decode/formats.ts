import { csv } from './csv.ts';
import type { Format } from './format.ts';
import { json } from './json.ts';
import { number } from './number.ts';
import { avro, jsonSchema } from './registered.ts';

/** Every format there is. */
export const formats: readonly Format[] = [json, csv, number, avro, jsonSchema];
