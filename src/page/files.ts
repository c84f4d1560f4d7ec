import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { html } from './html.ts';
import { style } from './style.ts';

interface PageFile {
  readonly type: string;
  readonly body: Buffer;
}

const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';
/** Under this address, and in this folder of what was built, as its imports are relative. */
const MAIN = '/page/browser/main.js';
const BUILT = new URL('../', import.meta.url);
const IMPORTED = /\bfrom ['"](\.[^'"]+)['"]/g;

/**
 * The page and all that it loads, by path: built by `tsc` when the program was, and uPlot as its package carries it.
 * About 120 kB.
 */
export async function loadPage(): Promise<ReadonlyMap<string, PageFile>> {
  const require = createRequire(import.meta.url);
  const plot = async (name: string) => await readFile(require.resolve(`uplot/dist/${name}`));
  return new Map<string, PageFile>([
    ['/', { type: 'text/html; charset=utf-8', body: Buffer.from(html) }],
    ['/page/style.css', { type: STYLE, body: Buffer.from(style) }],
    ['/page/uplot.js', { type: SCRIPT, body: await plot('uPlot.iife.min.js') }],
    ['/page/uplot.css', { type: STYLE, body: await plot('uPlot.min.css') }],
    ...(await modules(MAIN)),
  ]);
}

/** A module and all that it imports: what the browser will ask for. */
async function modules(main: string): Promise<ReadonlyMap<string, PageFile>> {
  const found = new Map<string, PageFile>();
  for (const paths = [main]; paths.length > 0; ) {
    const path = paths.pop() ?? main;
    if (found.has(path)) continue;
    const body = await readFile(new URL(path.slice(1), BUILT));
    found.set(path, { type: SCRIPT, body });
    for (const [, imported] of body.toString().matchAll(IMPORTED))
      paths.push(new URL(imported, `file://${path}`).pathname);
  }
  return found;
}
