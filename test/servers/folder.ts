import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new folder of a server's own. */
export function newFolder(server: string): string {
  return mkdtempSync(join(tmpdir(), `surprisal-${server}-`));
}

/** Removes it with all that the server left there. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
