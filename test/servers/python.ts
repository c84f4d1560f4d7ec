import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Needed } from './program.ts';

const CACHE = join(import.meta.dirname, '../../.servers');
const PACKAGES = ['confluent-kafka==2.16.1', 'fastavro==1.13.1'];
const FOLDER = join(CACHE, 'python-confluent-kafka-2.16.1');

/** Python with a Kafka client and an Avro library that are not ours: out of PyPI, 10 MB, fetched once and kept in `.servers`. */
export const python: Needed & { env(): NodeJS.ProcessEnv } = {
  missing: () => (existsSync(FOLDER) ? undefined : fetched()),
  env: () => ({ ...process.env, PYTHONPATH: FOLDER, PYTHONDONTWRITEBYTECODE: '1' }),
};

/** Into a folder of its own first, so that another test file that fetches too never sees half of it. */
function fetched(): string | undefined {
  mkdirSync(CACHE, { recursive: true });
  const partial = mkdtempSync(join(CACHE, 'partial-'));
  const args = ['-m', 'pip', 'install', '-q', '--only-binary=:all:', '--target', partial, ...PACKAGES];
  const { status, stdout, stderr, error } = spawnSync('python3', args, { encoding: 'utf8' });
  if (status === 0 && !existsSync(FOLDER)) renameSync(partial, FOLDER);
  else rmSync(partial, { recursive: true, force: true });
  return status === 0
    ? undefined
    : `PyPI has no ${PACKAGES.join(', ')} for this machine: ${`${error ?? ''}${stdout}${stderr}`.slice(0, 300)}`;
}
