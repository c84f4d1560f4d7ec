import { expect, test } from 'vitest';
import { referenceFaults } from './references.ts';

const files: Readonly<Record<string, string>> = {
  'docs/a.md': '# A title\n\n## Loss, and *surprisal*\n\n## Twice\n\n## Twice\n',
  'docs/decisions/0001-choice.md': '# A choice\n',
  'src/x/y.ts': 'export {};\n',
};

function faultsOf(path: string, text: string): readonly string[] {
  const texts = new Map(Object.entries({ ...files, [path]: text }));
  return referenceFaults(texts, (cited) => texts.has(cited));
}

test.each([
  ['a document', 'src/z.ts', '/* See docs/a.md. */'],
  ['a heading', 'src/z.ts', '/** docs/a.md#loss-and-surprisal, docs/a.md#twice-1 */'],
  ['a heading, as a value', 'src/z.ts', "const url = 'docs/a.md#a-title';"],
  ['a decision', 'src/z.ts', '// decision 0001'],
  ['a file', 'src/z.ts', '// as in `src/x/y.ts`'],
  [
    'a file of its own folder by a link',
    'docs/b.md',
    '[a](a.md#twice) [y](../src/x/y.ts) [web](https://example.org/none.md)',
  ],
  ['itself', 'docs/b.md', '# Here\n\n[there](#here)\n'],
])('%s that is there may be cited', (_, path, text) => {
  expect(faultsOf(path, text)).toEqual([]);
});

test.each([
  ['a document', 'src/z.ts', '/* See docs/none.md. */', 'docs/none.md'],
  ['a heading', 'src/z.ts', '/* See docs/a.md#none. */', 'docs/a.md#none'],
  ['a heading, as a value', 'src/z.ts', "const url = 'docs/a.md#none';", 'docs/a.md#none'],
  ['a decision', 'src/z.ts', '// decision 0009', 'decision 0009'],
  ['a file', 'docs/b.md', '`src/x/none.ts`', 'src/x/none.ts'],
  ['a link', 'docs/b.md', '[a](c.md)', 'c.md'],
  ['a heading by a link', 'docs/b.md', '[a](a.md#none)', 'a.md#none'],
  ['a document of somebody else', 'src/z.ts', '/* DETECTION F */', 'DETECTION'],
])('%s that is not there may not', (_, path, text, cited) => {
  expect(faultsOf(path, text)).toEqual([`${path} cites ${cited}, which is not in the repository`]);
});

test('code is no citation', () => {
  expect(faultsOf('src/z.ts', "import { y } from 'src/x/none.ts';\nconst DETECTION = 1;")).toEqual([]);
});
