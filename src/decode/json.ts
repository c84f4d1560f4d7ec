import { Failure } from '../errors/failure.ts';
import { documentReader } from './document.ts';
import type { Format } from './format.ts';
import { jsonFault } from './json-fault.ts';
import { quote } from './quote.ts';
import { decodeText } from './text.ts';

/** One JSON document a record, read by JSON pointers. What a pointer does not find is missing. */
export const json: Format = {
  kind: 'json',
  summary: 'One JSON document a record; fields by JSON pointer, or by name at the top level.',
  open(layout) {
    const read = documentReader(layout);
    return (record, into) => read(parseJson(decodeText(record.value)), into);
  },
};

/** @throws Failure decode/syntax with the character where it goes wrong */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const at = jsonFault(text);
    const found = at < text.length ? `at character ${at}: ${quote(text.slice(at, at + 81))}` : `the end came too early`;
    throw new Failure('decode/syntax', `not JSON, ${found}`, { cause });
  }
}
