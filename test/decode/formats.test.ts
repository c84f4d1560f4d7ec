import { expect, test } from 'vitest';
import { formats } from '../../src/decode/formats.ts';
import { decodeOptions } from '../../src/decode/options.ts';

test('every format that can be configured can be opened, and no other', () => {
  expect(formats.map(({ kind }) => kind)).toEqual(decodeOptions.shape.format.unwrap().options);
});
