import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { faultLine } from '../../src/config/fault.ts';
import { loadConfig, readConfig } from '../../src/config/load.ts';
import { Failure } from '../../src/errors/failure.ts';

const FOLDER = 'fixtures/config';
const ENV = { SECRET_WORD: 'correct-horse-battery' };
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));

test('each broken configuration is reported with line, column, what is wrong and what is near: word for word', async () => {
  const lines = files.flatMap((name) => readConfig(join(FOLDER, name), ENV).faults.map(faultLine));
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(join('../..', FOLDER, 'messages.txt'));
});

test.each(files)('%s is refused, and every line says where', (name) => {
  const { config, faults } = readConfig(join(FOLDER, name), ENV);
  expect(config).toBeUndefined();
  expect(faults.length).toBeGreaterThan(0);
  for (const fault of faults) {
    expect(faultLine(fault)).toMatch(new RegExp(`^${FOLDER}/${name}:[1-9]\\d*:[1-9]\\d*: \\S.*$`));
    expect(faultLine(fault)).not.toMatch(/undefined|\[object|invalid_|expected string/i);
  }
});

test('faults come in the order of the file, all of them', () => {
  const { faults } = readConfig(join(FOLDER, 'many-at-once.yaml'), {});
  expect(faults.map(({ line }) => line)).toEqual([1, 2, 5, 8, 9, 10, 11]);
});

test('loadConfig throws one Failure with a line for each fault, to be mended in the configuration', () => {
  const load = () => loadConfig(join(FOLDER, 'missing-required.yaml'), {});
  expect(load).toThrow(Failure);
  expect(load).toThrow(/2:3: missing key "source".*\n.*7:3: missing key "path"/);
  expect(() => loadConfig(join(FOLDER, 'no-such-file.yaml'), {})).toThrow('there is no such file');
});
