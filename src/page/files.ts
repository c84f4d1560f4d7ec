import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { html } from './html.ts';
import { style } from './style.ts';

interface PageFile {
  readonly type: string;
  readonly body: Buffer;
}

const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';

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
    ...(await modules()),
  ]);
}

async function modules(): Promise<readonly (readonly [string, PageFile])[]> {
  const folder = new URL('./browser/', import.meta.url);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.js'));
  return await Promise.all(
    names.map(
      async (name) => [`/page/${name}`, { type: SCRIPT, body: await readFile(new URL(name, folder)) }] as const,
    ),
  );
}
