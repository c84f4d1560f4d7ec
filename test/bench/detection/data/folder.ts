import { existsSync } from 'node:fs';
import path from 'node:path';

/** Where a set of public data is looked for. @throws Error where it is absent, saying so. */
export function dataFolder(name: string): string {
  const folder = path.resolve('../shared/data', name);
  if (!existsSync(folder)) throw new Error(`${name} is absent: its files are looked for in ../shared/data/${name}`);
  return folder;
}
