import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newFolder, removeFolder } from '../servers/folder.ts';
import { debian, describeWith } from '../servers/program.ts';

const UNIT = 'deploy/systemd/surprisal.service';
const systemd = debian('systemd', 'systemd-analyze');

describeWith([systemd], 'the systemd unit', () => {
  test('is one to systemd, which knows every key of it', () => {
    const folder = newFolder('systemd');
    copyFileSync(UNIT, join(folder, 'surprisal.service'));
    const { stderr } = spawnSync(systemd.path(), ['verify', join(folder, 'surprisal.service')], { encoding: 'utf8' });
    expect(stderr.split('\n').filter((line) => line.includes('surprisal.service'))).toEqual([]);
    writeFileSync(join(folder, 'wrong.service'), readFileSync(UNIT, 'utf8').replace('ProtectHome', 'ProtectHomes'));
    const wrong = spawnSync(systemd.path(), ['verify', join(folder, 'wrong.service')], { encoding: 'utf8' });
    expect(wrong.stderr).toContain('ProtectHomes');
    removeFolder(folder);
  });

  test('exposes little, by systemd’s own measure', () => {
    const shown = execFileSync(systemd.path(), ['security', '--offline=true', UNIT, '--no-pager'], {
      encoding: 'utf8',
    });
    const [, exposure = '10'] = /Overall exposure level for \S+: ([\d.]+)/.exec(shown) ?? [];
    expect(Number(exposure)).toBeLessThan(2.5);
  });
});

test('starts, checks and reloads with commands that there are, and does not start again on a faulty configuration', () => {
  const text = readFileSync(UNIT, 'utf8');
  expect(text).toContain('ExecStart=/usr/bin/env surprisal run -c /etc/surprisal/surprisal.yaml');
  expect(text).toContain('RestartPreventExitStatus=78');
  expect([...text.matchAll(/^ExecReload=(.+)$/gm)].map(([, command]) => command)).toEqual([
    '/usr/bin/env surprisal validate /etc/surprisal/surprisal.yaml',
    '/bin/kill -HUP $MAINPID',
  ]);
  expect(text).toContain('TimeoutStopSec=60s');
});

test('no command but `run` decides whether it starts: only the exit code of that one ends the restarts', () => {
  expect(readFileSync(UNIT, 'utf8')).not.toMatch(/^ExecStartPre=/m);
});
