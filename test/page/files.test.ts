import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { compiled } from '../state/compiled.ts';

interface Served {
  readonly type: string;
  readonly body: Buffer;
}

const program = pathToFileURL(join(compiled(['src']), 'src/page/files.js')).href;
const { loadPage }: { loadPage(): Promise<ReadonlyMap<string, Served>> } = await import(program);

test('the page has every module that its modules import, also of other rooms, at the address that they say', async () => {
  const files = await loadPage();
  const scripts = [...files].filter(([, { type }]) => type.startsWith('text/javascript'));
  const imported = scripts.flatMap(([path, { body }]) =>
    [...body.toString().matchAll(/\bfrom ['"](.+?)['"]/g)].map(
      ([, name]) => new URL(name, `http://page${path}`).pathname,
    ),
  );
  expect(imported.filter((path) => !files.has(path))).toEqual([]);
  expect(imported).toContain('/async/again.js');
  const loaded = [...`${files.get('/')?.body}`.matchAll(/(?:src|href)="(page\/.+?)"/g)].map(([, path]) => `/${path}`);
  expect(loaded.filter((path) => !files.has(path))).toEqual([]);
  expect(loaded).toContain('/page/browser/main.js');
});
