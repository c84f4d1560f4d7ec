import { Failure } from '../errors/failure.ts';
import type { Format } from './format.ts';
import { decodeText } from './text.ts';

/** The record is one number, as text. */
export const number: Format = {
  kind: 'number',
  open({ channels, texts }) {
    if (channels.length !== 1) {
      throw new Failure(
        'config/invalid',
        `\`format: number\` has one value, and there are ${channels.length} channels`,
      );
    }
    if (texts.length > 0) {
      throw new Failure('config/invalid', '`format: number` has one value and no attributes; remove `attributes`');
    }
    return (record, into) => {
      into.key = undefined;
      into.time = undefined;
      into.channels[0] = decodeText(record.value);
    };
  },
};
