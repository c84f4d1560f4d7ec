import { Failure } from '../errors/failure.ts';
import type { Fields, Layout } from './format.ts';
import { pointer } from './pointer.ts';
import { show } from './quote.ts';

/** Finds the fields of a mapping in a document. */
export type DocumentReader = (document: unknown, into: Fields) => void;

/**
 * Compiles a mapping of JSON pointers. What a pointer does not find is missing. @throws Failure decode/wrong-type where
 * the document is no object
 */
export function documentReader({ key, time, channels, texts }: Layout): DocumentReader {
  const readKey = key === undefined ? undefined : pointer(key);
  const readTime = time === undefined ? undefined : pointer(time);
  const readChannels = channels.map(pointer);
  const readTexts = texts.map(pointer);
  return (document, into) => {
    if (typeof document !== 'object' || document === null) {
      throw new Failure('decode/wrong-type', `the record is ${show(document)} and no object`);
    }
    into.key = readKey?.(document);
    into.time = readTime?.(document);
    for (let channel = 0; channel < readChannels.length; channel++) {
      into.channels[channel] = readChannels[channel](document);
    }
    for (let text = 0; text < readTexts.length; text++) into.texts[text] = readTexts[text](document);
  };
}
