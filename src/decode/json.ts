import { Failure } from '../errors/failure.ts';
import type { Format } from './format.ts';
import { jsonFault } from './json-fault.ts';
import { pointer } from './pointer.ts';
import { quote, show } from './quote.ts';

/** One JSON document a record, read by JSON pointers. What a pointer does not find is missing. */
export const json: Format = {
  kind: 'json',
  summary: 'One JSON document a record; fields by JSON pointer, or by name at the top level.',
  open({ key, time, channels }) {
    const readKey = key === undefined ? undefined : pointer(key);
    const readTime = time === undefined ? undefined : pointer(time);
    const readChannels = channels.map(pointer);
    return (text, into) => {
      const document = parse(text);
      if (typeof document !== 'object' || document === null) {
        throw new Failure('decode/wrong-type', `the record is ${show(document)} and no JSON object`);
      }
      into.key = readKey?.(document);
      into.time = readTime?.(document);
      for (let channel = 0; channel < readChannels.length; channel++) {
        into.channels[channel] = readChannels[channel](document);
      }
    };
  },
};

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const at = jsonFault(text);
    const found = at < text.length ? `at character ${at}: ${quote(text.slice(at, at + 81))}` : `the end came too early`;
    throw new Failure('decode/syntax', `not JSON, ${found}`, { cause });
  }
}
