import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newFolder, removeFolder } from '../servers/folder.ts';
import { freePort } from '../servers/ports.ts';
import { describeWith } from '../servers/program.ts';
import { hadolint } from '../servers/tools.ts';
import { answers, until } from '../servers/until.ts';
import { buildStage, contextOf, environmentOf, finalStage, listOf, readDockerfile } from './image.ts';

const instructions = readDockerfile('deploy/Dockerfile');
const context = contextOf('.dockerignore');
const names = instructions.map(({ name }) => name);

describeWith([hadolint], 'hadolint', () => {
  const lint = (text: string) =>
    spawnSync(hadolint.path(), ['--failure-threshold', 'info', '-'], { input: text, encoding: 'utf8' });

  test('finds nothing in the Dockerfile, and something in a worse one', () => {
    const text = readFileSync('deploy/Dockerfile', 'utf8');
    expect(lint(text)).toMatchObject({ status: 0, stdout: '' });
    expect(lint(text.replace('WORKDIR /app', 'WORKDIR app')).stdout).toContain('DL3000');
  });
});

describe('the Dockerfile', () => {
  test('needs no frontend from a hub to be built', () => {
    expect(readFileSync('deploy/Dockerfile', 'utf8')).not.toMatch(/^#\s*syntax=/m);
  });

  test('names a version of its base, and ends as a user by number who is not root', () => {
    for (const { name, rest } of instructions)
      if (name === 'FROM') expect(rest).toMatch(/^node:\d+-bookworm-slim( AS \w+)?$/);
    const users = instructions.filter(({ name }) => name === 'USER');
    expect(users.map(({ rest }) => rest)).toEqual(['1000:1000']);
    expect(names.lastIndexOf('RUN')).toBeLessThan(names.lastIndexOf('USER'));
  });

  test('installs what the lock file says, before the sources that change more often; nothing of it is fetched by hand', () => {
    const runs = instructions.filter(({ name }) => name === 'RUN').map(({ rest }) => rest);
    expect(runs[0]).toContain('npm ci');
    const source = instructions.findIndex(({ name, rest }) => name === 'COPY' && rest === 'src src');
    expect(instructions.findIndex(({ rest }) => rest.includes('npm ci'))).toBeLessThan(source);
    for (const run of runs) expect(run).not.toMatch(/curl|wget|apt|sudo|npm install|npx/);
    expect(names).not.toContain('ADD');
  });

  test('starts the program itself, in the form that hands signals on, with one of each', () => {
    for (const name of ['ENTRYPOINT', 'CMD', 'HEALTHCHECK'])
      expect(names.filter((one) => one === name)).toHaveLength(1);
    expect(listOf(instructions, 'ENTRYPOINT')).toEqual(['node', '/app/dist/cli/main.js']);
    expect(listOf(instructions, 'CMD')).toEqual(['run', '-c', '/etc/surprisal/surprisal.yaml']);
  });

  test('copies what the context has and the repository holds', () => {
    for (const path of context) expect(existsSync(path), path).toBe(true);
    const copied = instructions.filter(({ name, rest }) => name === 'COPY' && !rest.startsWith('--from'));
    expect([...new Set(copied.flatMap(({ rest }) => rest.split(' ').slice(0, -1)))].sort()).toEqual(
      [...context].sort(),
    );
  });
});

describe('what the Dockerfile builds, step by step in a folder in place of a container', () => {
  let folder: string;
  beforeAll(() => {
    folder = newFolder('image');
    buildStage(instructions, context, join(folder, 'build'));
    finalStage(instructions, join(folder, 'build'), join(folder, 'app'));
  }, 240_000);
  afterAll(() => removeFolder(folder));

  /** The image's command with its paths in the folder; nothing of this process's environment but the PATH. */
  function start(args: readonly string[], env: Readonly<Record<string, string>>) {
    const [command = '', main = ''] = listOf(instructions, 'ENTRYPOINT');
    const cwd = join(folder, 'var');
    mkdirSync(cwd, { recursive: true });
    const path = main.replace('/app', join(folder, 'app'));
    const own = environmentOf(instructions);
    return spawn(command, [path, ...args], { cwd, env: { PATH: process.env.PATH, ...own, ...env } });
  }

  test('has no compiler, no test, no source map, no optional engine, and is small', () => {
    const app = join(folder, 'app');
    for (const name of ['typescript', 'vitest', '@tensorflow/tfjs-node', '@tensorflow/tfjs', 'kubernetes-models'])
      expect(existsSync(join(app, 'node_modules', name)), name).toBe(false);
    expect(execFileSync('find', [app, '-name', '*.map'], { encoding: 'utf8' })).toBe('');
    const kilobytes = Number(execFileSync('du', ['-sk', app], { encoding: 'utf8' }).split('\t')[0]);
    expect(kilobytes).toBeLessThan(80_000);
  });

  test('runs by the image’s own command, is healthy by its own check, can be reached from outside, and ends with 0', async () => {
    const port = await freePort();
    const config = join(folder, 'surprisal.yaml');
    writeFileSync(config, readFileSync('config/thermostat.yaml', 'utf8'));
    const cmd = listOf(instructions, 'CMD').map((word) => word.replace('/etc/surprisal/surprisal.yaml', config));
    const environment = { SURPRISAL__SERVER__PORT: String(port), SURPRISAL__SERVER__TOKEN: 'a-token' };
    const child = start(cmd, environment);
    let err = '';
    child.stderr.on('data', (text: Buffer) => {
      err += text.toString();
    });
    const ended = once(child, 'exit');
    await until(
      'it is ready',
      30_000,
      async () => child.exitCode !== null || (await answers(`http://127.0.0.1:${port}/readyz`)),
    );
    // As through a published port: not the address of the container's own loopback.
    expect(await answers(`http://127.0.0.2:${port}/livez`)).toBe(true);
    const { status } = await fetch(`http://127.0.0.2:${port}/-/reload`, { method: 'POST' });
    expect(status).toBe(401);
    const check = listOf(instructions, 'HEALTHCHECK').map((word) => word.replace('8321', String(port)));
    execFileSync(check[0] ?? '', check.slice(1));
    child.kill('SIGTERM');
    expect([await ended, err]).toEqual([[0, null], expect.stringContaining('stopped')]);
    expect(() => execFileSync(check[0] ?? '', check.slice(1), { stdio: 'pipe' })).toThrow();
  }, 60_000);

  test('does not start without a token, and says which variable has it', async () => {
    const config = join(folder, 'surprisal.yaml');
    writeFileSync(config, readFileSync('config/thermostat.yaml', 'utf8'));
    const child = start(['run', '-c', config], {});
    let err = '';
    child.stderr.on('data', (text: Buffer) => {
      err += text.toString();
    });
    expect(await once(child, 'exit')).toEqual([78, null]);
    expect(err).toContain('SURPRISAL__SERVER__TOKEN');
  });

  test('has every command that the compose file gives it', async () => {
    for (const command of ['topics', 'produce', 'run', 'validate']) {
      const child = start([command, '--help'], {});
      expect(await once(child, 'exit'), command).toEqual([0, null]);
    }
  }, 60_000);
});
