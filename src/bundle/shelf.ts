import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type Content, writeBundle } from './write.ts';

const NAME = /^([0-9a-f]{16})\.bundle$/;

/** The bundles of the newest alerts, in a folder, one file each; alerts raised together share one. */
export class Shelf {
  readonly #folder: string;
  readonly #most: number;
  readonly #mostBytes: number;

  /** `mostBytes`: of a bundle, unpacked. */
  constructor(folder: string, limits: { readonly most: number; readonly mostBytes: number }) {
    this.#folder = folder;
    this.#most = limits.most;
    this.#mostBytes = limits.mostBytes;
  }

  /** Where the bundle of an alert is, if there is one. */
  pathOf(id: string): string {
    return join(this.#folder, `${id}.bundle`);
  }

  /** Adds a bundle, and removes the oldest beyond the most. @throws TooLarge, and Error of the file system */
  async add(content: Content): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await writeBundle(content, (id) => this.pathOf(id), this.#mostBytes);
    await this.#trim();
  }

  /** The bytes of an alert's bundle, packed; undefined where there is none. `id` is what alerts have: 16 hex digits. */
  async read(id: string): Promise<{ readonly bytes: number; readonly stream: Readable } | undefined> {
    if (!NAME.test(`${id}.bundle`)) return undefined;
    const file = await open(this.pathOf(id)).catch(() => undefined);
    if (file === undefined) return undefined;
    const { size } = await file.stat();
    return { bytes: size, stream: file.createReadStream() };
  }

  async #trim(): Promise<void> {
    const names = await readdir(this.#folder);
    const found = await Promise.all(
      names
        .filter((name) => NAME.test(name))
        .map(async (name) => {
          const path = join(this.#folder, name);
          // Another worker may have removed it meanwhile.
          return { path, atMs: (await stat(path).catch(() => undefined))?.mtimeMs ?? 0 };
        }),
    );
    const excess = found.sort((a, b) => b.atMs - a.atMs).slice(this.#most);
    for (const { path } of excess) await rm(path, { force: true });
  }
}
