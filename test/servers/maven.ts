import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { java, maven } from './kafka/libraries.ts';
import type { Needed } from './program.ts';

const CACHE = join(import.meta.dirname, '../../.servers');

/** One jar out of Maven Central, fetched once and kept in `.servers`: `group:artifact:version`. */
export function jarOf(artifact: string): Needed & { path(): string } {
  const [, name = '', version = ''] = artifact.split(':');
  const folder = join(CACHE, `${name}-${version}`);
  const path = join(folder, `${name}-${version}.jar`);
  /** Into a folder of its own first, so that another test file that fetches too never sees half of it. */
  const fetched = () => {
    mkdirSync(CACHE, { recursive: true });
    const partial = mkdtempSync(join(CACHE, 'partial-'));
    const copy = ['dependency:copy', `-Dartifact=${artifact}`, `-DoutputDirectory=${partial}`];
    const { status, stdout } = spawnSync(maven.path(), ['-q', '-B', ...copy], { cwd: partial, encoding: 'utf8' });
    if (status === 0 && !existsSync(folder)) renameSync(partial, folder);
    else rmSync(partial, { recursive: true });
    return status === 0 ? undefined : `Maven cannot fetch ${artifact}: ${stdout.slice(0, 300)}`;
  };
  const missing = () => java.missing() ?? (existsSync(path) ? undefined : (maven.missing() ?? fetched()));
  return { missing, path: () => path };
}
