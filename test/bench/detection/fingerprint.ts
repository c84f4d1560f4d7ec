import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What results depend on: the product, its ready configurations, NAB's scorer, and the bench but for what only shows results. */
const FOLDERS = ['src', 'config', 'test/bench/nab', 'test/bench/detection'];
const SHOWS =
  /^test\/bench\/detection\/(show\/|run\.ts|arguments\.ts|plan\.ts|kept\.ts|fingerprint\.ts|variants\.ts|parts\.ts)/;
/** Each part is a file of its own, on which no other part's results depend. */
const PARTS = /^test\/bench\/detection\/parts\/(.+)\.ts$/;

/** A hash of the sources that a part's results depend on: 16 hex digits. Run from the repository's root. */
export function fingerprint(part: string): string {
  const hash = createHash('sha256');
  for (const file of sources()) {
    const own = PARTS.exec(file)?.[1];
    if (SHOWS.test(file) || (own !== undefined && own !== part)) continue;
    hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

/** A hash of all public data at hand, by name and content; `absent` without any. Results are kept without regard to it: data do not change. */
export function dataFingerprint(folder = '../shared/data'): string {
  if (!existsSync(folder)) return 'absent';
  const hash = createHash('sha256');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(csv|gz|json)$/.test(name),
  );
  for (const name of names.sort()) hash.update(`${name}\0`).update(readFileSync(path.join(folder, name)));
  return hash.digest('hex').slice(0, 16);
}

function sources(): string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => path.posix.join(folder, name.replaceAll('\\', '/')))
      .filter((name) => /\.(ts|mjs|yaml)$/.test(name)),
  ).sort();
}
