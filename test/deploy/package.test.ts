import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** What `npm pack` would put into the package, beside what is built. */
function packed(): readonly string[] {
  const said = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' });
  const [{ files }]: readonly [{ readonly files: readonly { readonly path: string }[] }] = JSON.parse(said);
  return files.map(({ path }) => path).filter((path) => !path.startsWith('dist/'));
}

test('the package has no file that needs the sources: an image is built from a clone', () => {
  const names = packed();
  expect(names.filter((path) => /Dockerfile|compose/.test(path))).toEqual([]);
  for (const path of ['deploy/systemd/surprisal.service', 'deploy/kubernetes/kustomization.yaml', 'config/schema.json'])
    expect(names).toContain(path);
}, 60_000);
