import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { configurationSchema } from '../../src/config/json-schema.ts';
import { readConfig } from '../../src/config/load.ts';
import { portableOptions, portableStream } from '../../src/config/portable.ts';
import { configurationReference } from '../../src/config/reference.ts';
import { detectorOptions } from '../../src/config/stream.ts';
import { worlds } from '../../src/simulate/worlds.ts';
import { checkText } from './text.ts';

const names = readdirSync('config').filter((name) => name.endsWith('.yaml'));
const sequences = readdirSync('config/sequences').map((name) => `sequences/${name}`);
const fits = new Ajv({ strict: true, strictTypes: false, validateFormats: false }).compile(configurationSchema());

function loadedText(text: string) {
  const verdict = checkText(text);
  if (verdict.config === undefined) throw new Error(JSON.stringify(verdict.faults));
  return verdict;
}

function fitsText(text: string): boolean {
  return fits(parse(text));
}

describe.each([...names, ...sequences])('config/%s', (name) => {
  const path = join('config', name);
  const text = readFileSync(path, 'utf8');

  test('is loaded without a fault', () => {
    expect(readConfig(path, {}).faults).toEqual([]);
  });

  test('fits the JSON Schema, and names it to the editor', () => {
    expect(fits(parse(text)), JSON.stringify(fits.errors)).toBe(true);
    expect(text).toMatch(/^# yaml-language-server: \$schema=\.\.?\/schema\.json\n/);
  });

  // The other examples show it, too, and 784 channels take seconds.
  test.skipIf(text.length > 8_000)('is still valid as `validate --print` prints it, and prints the same again', () => {
    const printed = print(text);
    expect(fitsText(printed)).toBe(true);
    expect(print(printed)).toBe(printed);
  });

  function print(yaml: string): string {
    const verdict = checkText(yaml);
    expect(verdict.faults).toEqual([]);
    return verdict.config === undefined ? '' : verdict.print();
  }
});

test('there is one for each world, and the demo has them all', () => {
  const wanted = worlds.map((world) => world.name);
  expect(names).toEqual([...wanted, 'demo', 'kafka'].map((name) => `${name}.yaml`).sort());
  expect(Object.keys(readConfig('config/demo.yaml', {}).config?.streams ?? {}).sort()).toEqual([...wanted].sort());
});

test('a season that is turned off is printed as that, and so is what a bundle has of it', () => {
  const home =
    'streams: { a: { source: { kind: simulate, world: thermostat }, channels: { inside: {} }, features: { season: null } } }';
  const { config, print } = loadedText(home);
  expect(checkText(print()).config?.streams.a.features.season).toBeNull();
  expect(portableOptions(portableStream(print(), 'a'), 'a', 'bundle')).toEqual(detectorOptions('a', config.streams.a));
});

test('the JSON Schema takes a variable where it wants a number, and no other text', () => {
  const home = 'streams: { a: { source: { kind: simulate, world: thermostat }, channels: { inside: {} } } }';
  expect(fitsText(`${home}\nserver: { port: "\${PORT}" }`)).toBe(true);
  expect(fitsText(`${home}\nserver: { port: "8321" }`)).toBe(false);
  expect(fitsText(`${home}\nserver: { prt: 8321 }`)).toBe(false);
  expect(fitsText(`${home}\nstate: { commit_interval: 5 minutes }`)).toBe(false);
});

describe('what is generated is what is written today (`npx vitest run test/config --update` writes it anew)', () => {
  test('config/schema.json', async () => {
    await expect(`${JSON.stringify(configurationSchema(), null, 2)}\n`).toMatchFileSnapshot('../../config/schema.json');
  });

  test('docs/configuration.md', async () => {
    await expect(configurationReference()).toMatchFileSnapshot('../../docs/configuration.md');
  });
});

test('every key of the reference says what it means', () => {
  const rows = configurationReference()
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  expect(rows.length).toBeGreaterThan(100);
  expect(
    rows.filter((row) => row.endsWith('|  |') && !row.startsWith('| `kind`') && !row.startsWith('| `world`')),
  ).toEqual([]);
});
