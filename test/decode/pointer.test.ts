import { expect, test } from 'vitest';
import { pointer } from '../../src/decode/pointer.ts';

test.each([
  ['/a/b', { a: { b: 1 } }, 1],
  ['/a/1', { a: [1, 2] }, 2],
  ['/a~1b/~01', { 'a/b': { '~1': 3 } }, 3],
  ['/', { '': 4 }, 4],
  ['a/b', { 'a/b': 5 }, 5],
  ['/a/01', { a: [1, 2] }, undefined],
  ['/a/length', { a: [1, 2] }, undefined],
  ['/a/-', { a: [1] }, undefined],
  ['/a/b/c', { a: 'text' }, undefined],
  ['/a/length', { a: 'text' }, undefined],
  ['constructor', {}, undefined],
  ['/__proto__/toString', {}, undefined],
])('%s in %j is %j', (text, document, expected) => {
  expect(pointer(text)(document)).toBe(expected);
});

test('a property the document itself calls __proto__ is found', () => {
  expect(pointer('/__proto__/a')(JSON.parse('{"__proto__": {"a": 1}}'))).toBe(1);
});
