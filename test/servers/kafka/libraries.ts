import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { debian, type Needed } from '../program.ts';

const POM = join(import.meta.dirname, 'pom.xml');
const CACHE = join(import.meta.dirname, '../../../.servers');

/** What runs servers in Java, and what fetches them. */
export const java = debian('openjdk-17-jre-headless', 'java');
export const maven = debian('maven', 'mvn');

/** Where the jars of the broker and its tools lie; fetched once, and kept in `.servers`. */
export const kafkaLibraries: Needed & { folder(): string } = { missing, folder };

function folder(): string {
  const pom = readFileSync(POM, 'utf8');
  const version = /<version>([^<]+)</.exec(pom)?.[1];
  return join(CACHE, `kafka-${version}-${createHash('sha256').update(pom).digest('hex').slice(0, 8)}`);
}

function missing(): string | undefined {
  return java.missing() ?? (existsSync(folder()) ? undefined : (maven.missing() ?? fetched()));
}

/** Into a folder of its own first, so that another test file that fetches too never sees half of it. */
function fetched(): string | undefined {
  mkdirSync(CACHE, { recursive: true });
  const partial = mkdtempSync(join(CACHE, 'partial-'));
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${partial}`];
  const { status, stdout } = spawnSync(maven.path(), ['-q', '-B', '-f', POM, ...goal], { encoding: 'utf8' });
  if (status === 0 && !existsSync(folder())) renameSync(partial, folder());
  else rmSync(partial, { recursive: true });
  return status === 0 ? undefined : `Maven cannot fetch Kafka: ${stdout.slice(0, 500)}`;
}
