import { existsSync } from 'node:fs';
import path from 'node:path';

/** Public data that a part needs are not on this machine. */
export class AbsentData extends Error {}

/** Where a set of public data is looked for. @throws AbsentData saying where it is looked for */
export function dataFolder(name: string): string {
  const folder = path.resolve('../shared/data', name);
  if (!existsSync(folder))
    throw new AbsentData(`${name} is absent: its files are looked for in ../shared/data/${name}`);
  return folder;
}
